"""The words by which Chinese pages label things, in simplified and traditional characters. Tables only."""

import re

DATE_LABEL = re.compile(
    r"(?:(?:信息|文章|新闻|新聞|稿件)?(?:发布|發布|發佈|发表|發表|发文|發文|发稿|發稿|公布|公佈|公开|公開|刊发|更新|录入|生成|上传|上傳|添加|成文|印发)?"
    r"(?:时间|時間|日期)|发布于|發布於|发表于|發表於|发布|發布)\s*[:：]"
)
#: Dates that are not the date of publication.
OTHER_DATE = re.compile(r"(?:最后|最後|最近|上次)(?:更新|修改)|更新(?:时间|時間|日期|于)|修改(?:时间|時間)|截止|截至|有效期|成文日期|发文日期|生效|施行|废止|失效|今天是|现在是|當前時間|当前时间")
ORIGIN_LABEL = re.compile(
    r"(?:(?:信息|文章|稿件|内容|內容|新闻|新聞|资料|資料|原文|稿源|消息)?(?:来源|來源|出处|出處)(?:于|於|自)?|稿源|来自|供稿单位|发布机构|發布機構|发布单位|发布部门|信息提供|文章出处|转载自)\s*[:：]\s*"
)
AUTHOR_LABEL = re.compile(r"(?:文章|本文|原文)?(?:作者|撰稿人?|撰文|记者|記者|通讯员|通訊員|供稿人?|文字|文|by)\s*[:：/]\s*", re.I)
EDITOR_LABEL = re.compile(
    r"(?:(?:本文|本期|网络|網絡|值班|责任|責任|执行|執行|文字|新闻)?(?:编辑|編輯|责编|責編|编审|編審)|(?:责任)?校对|校對|审核|審核|审签|終審|终审|初审|复审|监制|監制)\s*[:：]\s*"
)
#: What may follow a value in a meta line: the next label, or a counter.
NEXT_LABEL = re.compile(
    r"[\s　|｜】\]]*(?:(?:信息|文章|新闻|稿件|网络|责任|責任|文字|图片)?(?:来源|來源|作者|记者|編輯|编辑|责编|責編|发布|發布|发表|時間|时间|日期|出处|稿源|供稿|摄影|校对|审核|审稿|浏览|瀏覽|"
    r"阅读|閱讀|点击|點擊|访问|訪問|人气|人氣|字体|字體|字号|字號|大小|打印|列印|关闭|關閉|分享|评论|評論|收藏|保护|视力|背景|语音|朗读|我要|参与|參與|查看|阅览|已有|次数|次數|栏目|欄目|分类|分類|关键词|标签|标题|文号|索引|点赞|推荐|扫一扫|手机|下载|下載|责任)"
    r"|[【\[（(|｜]|https?:|\d{4}[-年/]|\d+\s*(?:次|人|浏览|阅读))"
)
PLACEHOLDERS = frozenset("未知 不详 不詳 佚名 本站 本站原创 本站原創 原创 原創 管理员 管理員 admin administrator 网络 網絡 互联网 网络整理 無 无 暂无 none null ... … - -- 本网 本網 其他 其它 空 匿名 转载 undefined test".split())
COUNTERS = re.compile(r"(?:浏览|瀏覽|阅读|閱讀|点击|點擊|访问|訪問|人气|人氣|查看)(?:次数|次數|量|数|數|人数)?\s*[:：]?")

#: A line that ends the article: what follows belongs to the site.
END = re.compile(
    r"^[\s　\W]*(?:上一?[篇条條则則页頁]|下一?[篇条條则則页頁]|前一[篇条]|后一[篇条]|相关(?:链接|鏈接|阅读|新闻|文章|信息|推荐|报道|资讯|内容|专题|解读|稿件|文档|资料|政策|热词)|相關(?:鏈接|連結|閱讀|新聞|文章|報道)"
    r"|延伸阅读|延伸閱讀|推荐阅读|推薦閱讀|精彩推荐|猜你喜欢|猜您喜欢|热门推荐|热点推荐|为你推荐|为您推荐|更多推荐|更多阅读|更多新闻|更多精彩|热门文章|热门评论|最新文章|最新评论|网友评论|發表評論|发表评论|我要评论|全部评论|用户评论|参与评论|评论列表"
    r"|分享到|分享至|分享按钮|扫一扫|扫码|掃一掃|微信扫|用微信|打印本页|打印本文|打印此页|【?打印】?|关闭窗口|关闭本页|關閉窗口|【?关闭】?|返回顶部|回到顶部|返回列表|版权声明|版權聲明|免责声明|免責聲明|特别声明|郑重声明|法律声明"
    r"|主办单位|主辦單位|承办单位|版权所有|版權所有|copyright|all rights reserved|网站地图|網站地圖|友情链接|友情鏈接|联系我们|关于我们|ICP备|备案号|网站标识码|您是第|公安网?备"
    r"|举报|舉報|纠错|我要纠错|网站纠错|关键词[:：]|关键字[:：]|标签[:：]|标签$|tags?[:：]|责任编辑|責任編輯|相关附件[:：]?$)",
    re.I,
)
TITLE_HINT = re.compile(r"tit|head|bt\b|biaoti|subject|topic|name", re.I)
#: Class or id words of blocks that are not the article.
ASIDE_HINT = re.compile(
    r"comment|reply|foot|side|recommend|relat|xgxw|xgyd|hot|rank|nav|menu|share|copyright|bread|crumb|position|location|weizhi|dqwz|search|login|toolbar|banner|adv|popup|dialog|pinglun|tuijian|qrcode|jiathis|bdshare|bshare|prevnext|pages?\b|pagination|tags?\b",
    re.I,
)
FILE_KINDS = frozenset("pdf doc docx xls xlsx ppt pptx wps et ofd zip rar 7z txt csv rtf ceb ceb2 jpg png tif".split())
