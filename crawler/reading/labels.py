# ruff: noqa: E501 - tables of words, and a Han character counts as two columns
"""The words by which Chinese pages label things, in simplified and traditional characters. Tables only.

Each pattern is made of words that stand in templates, not of whole phrases of one site; `_any` joins them, longest first,
so that 发布时间 is tried before 发布.
"""

import re


def _any(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


COLON = r"\s*[:：﹕]\s*"

_PUBLISHING = _any(
    "发布 發布 發佈 发表 發表 发文 發文 发稿 發稿 公布 公佈 公开 公開 刊发 刊登 录入 生成 上传 上傳 添加 提交 信息发布 信息公开 文章发布 新闻 稿件 信息 文章 网站发布 上网 日志 编辑"
)
DATE_LABEL = re.compile(
    rf"(?:(?:{_PUBLISHING})?\s*(?:时\s*间|時\s*間|日\s*期){COLON}|(?:发布|發布|發佈|发表|發表|刊发|公布)(?:于|於|在|{COLON})|(?:发布|發布|公开|公開|生成|发表|發表)(?:时间|時間|日期)\s*)"
)
#: Dates that say something else than the day of publication.
OTHER_DATE = re.compile(
    r"(?:最后|最後|最近|上次)?(?:更新|修改|修订|编辑)(?:时间|時間|日期|于|於)|截止|截至|有效期?|成文(?:日期|时间)|发文日期|生效|施行|实施日期|废止|失效|今天是|现在是|现在时间|当前时间|當前時間|现在时刻|农历|農曆|星期.\s*$|会议时间|活动时间|开标|报名|时间轴"
)
#: 今天是2026年11月24日 星期二 晴: the clock of a page's head.
CLOCK = re.compile(r"今天|现在(?:是|时)|農曆|农历|欢迎|歡迎|[℃°]")
ORIGIN_LABEL = re.compile(
    r"(?:(?:信息|文章|稿件|内容|內容|新闻|新聞|资料|資料|原文|消息|本文|数据)?\s*(?:来\s*源|來\s*源|出\s*处|出\s*處)(?:于|於|自)?|稿\s*源|转载自|转自|来自|供稿单位|供稿|信息提供|文章提供)"
    + COLON
    + r"|来源于\s*|\bsource\s*:\s*",
    re.I,
)
#: Of these a government page has one when it has no 来源.
ISSUER_LABEL = re.compile(r"(?:发布|發布|公开|责任|发文|制发)(?:机构|機構|单位|單位|部门|部門|机关|機關)" + COLON)
AUTHOR_LABEL = re.compile(
    r"(?:(?:文章|本文|原文|新闻)?(?:作\s*者|撰稿人?|撰\s*文|记\s*者|記\s*者|通讯员|通訊員)|(?<!\w)(?:文字|文|by|author))(?:姓名)?(?:\s*[:：﹕]|\s*[/／|｜丨](?=\s*[\u3400-\u9fff])(?!\s*(?:图|圖|摄|攝)))\s*"
    r"|(?<!\w)(?:文\s*[/／、&]?\s*(?:图片|图|摄影|摄)|图\s*[/／、&]?\s*文)(?:\s*[:：/／|｜丨]\s*|[\s　]+)",
    re.I,
)
EDITOR_LABEL = re.compile(
    r"(?:本文|本期|网络|網絡|网页|值班|责任|責任|执行|執行|文字|新闻|见习|实习|频道|主编)?(?:编\s*辑|編\s*輯|责\s*编|責\s*編|编审|編審)"
    + COLON
)
#: Reporters' own line between headline and text: 本报记者 张三 李四.
REPORTER = re.compile(
    r"^\W*(?:(?P<paper>[\u3400-\u9fffA-Za-z]{0,12}?)(?:首席|实习|见习|特约|全媒体|融媒体|本报|本网|本台|高级)*(?:记\s*者|記者|通讯员|特约撰稿人?|撰稿人?|评论员|研究员|作者)[\s:：|/　]+)(?P<names>[\u3400-\u9fff·A-Za-z][\u3400-\u9fff·A-Za-z\s、，,　]{1,40})$"
)
BY = re.compile(
    r"^\W*by[\s　]+(?P<names>[\u3400-\u9fff·]{2,4}(?:[\s、,，][\u3400-\u9fff·]{2,4})*|[A-Z][\w.]+(?: [A-Z][\w.]+){1,2})$",
    re.I,
)
#: What stands between the names of a reporters' line: 记者 张三 通讯员 李四.
ROLE = re.compile(r"(?:本报|本网|特约|实习|见习)?(?:记\s*者|記者|通讯员|通訊員|摄影|攝影|文/图|图/文)")
#: A reporter named in the meta line: 来源：区融媒体中心 记者 张三 发布时间：…
INLINE_REPORTER = re.compile(
    r"[\s　](?:记\s*者|記者|通讯员|通訊員)[\s　]+(?P<name>[\u3400-\u9fff]{2,3})(?![\u3400-\u9fff])"
)
PAPER_REPORTER = re.compile(
    r"^\W*(?P<names>[\u3400-\u9fff·]{2,4}(?:[\s、][\u3400-\u9fff·]{2,4})*)\s*[/／]\s*[\u3400-\u9fff]{2,12}$"
)

_COUNTERS = (
    "浏览 瀏覽 阅读 閱讀 点击 點擊 访问 訪問 人气 人氣 查看 阅览 閱覽 点阅 點閱 围观 点赞 评论 評論 跟贴 跟帖 参与 參與"
)
_TOOLS = "字体 字體 字号 字號 大小 打印 列印 关闭 關閉 分享 收藏 视力 背景 语音 朗读 听新闻 播报 我要 复制 转发 保存 下载 纠错 扫一扫 扫码 手机看 手机阅读 手机查看 用手机 二维码 繁体 简体 放大 缩小 恢复 默认 返回 订阅 关注 举报 投稿 邮箱 微博 微信 QQ空间"
_FILE_FACTS = "索引号 索 文号 文 发文字号 文件编号 主题分类 信息分类 分类 主题词 关键词 关键字 关 体裁 组配 有效性 公开方式 公开范围 公开时限 公开形式 公开类型 公开类别 公开程序 信息名称 名称 名 标题 内容概述 效力状态 效力等级 载体 语种 实施日期 废止日期 统一登记号 统一编号 信息类别 服务对象 所属栏目 栏目 频道 专题 标签 保管期限 流水号"
#: A word that begins the next thing on a byline, so that a value ends before it.
NEXT_LABEL = re.compile(
    rf"[\s　|｜】\]）)·•]*(?:(?:信息|文章|新闻|稿件|网络|责任|責任|文字|图片|发布|發布|发表|發表|更新|本文|值班|原)?(?:来\s*源|來\s*源|出处|出處|作\s*者|记者|記者|编\s*辑|編\s*輯|责编|責編|时\s*间|時\s*間|日期|机构|单位|部门|供稿|摄影|攝影|校对|校對|审核|审稿|终审|初审|稿源|通讯员|通訊員|撰文|图片?)\s*[:：/／|｜丨]|(?:本报|本网|全媒体|特约)?(?:记\s*者|記者|通讯员|通訊員)[\s　]+[\u3400-\u9fff]|[\s　]+[\u3400-\u9fff]{{2,6}}\s*[:：]"
    rf"|(?:本文|本页|已|被|共|次数|累计)?(?:{_any(_COUNTERS)})|(?:{_any(_TOOLS)})|发布于|发表于|[【\[｜|]|[（(](?!(?!记者|作者|编辑|责任|通讯员|原标题)[\u3400-\u9fff]{{2,12}}[)）])|https?:|(?:19|20)\d\d\s*[-年/.]|\d+\s*(?:次|人|浏览|阅读)|　)"
)
COUNTER = re.compile(
    rf"(?:{_any(_COUNTERS)})\s*(?:次\s*数|次\s*數|量|数|數|人数|人次)?\s*[:：]?\s*[\[【（(]?\s*[\d.万k+]*\s*次?", re.I
)
TOOL = re.compile(rf"{_any(_TOOLS)}")
FILE_FACT = re.compile(
    rf"^\W*(?:{'|'.join(re.sub(r'(?<=.)(?=.)', r'[ 　]*', word) for word in _FILE_FACTS.split() if len(word) > 1)}){COLON}"
)
#: What stands where a name should, and names nobody.
PLACEHOLDERS = frozenset(
    [
        "未知",
        "不详",
        "不詳",
        "佚名",
        "本站",
        "本站原创",
        "本站原創",
        "原创",
        "原創",
        "管理员",
        "管理員",
        "admin",
        "administrator",
        "root",
        "网络",
        "網絡",
        "互联网",
        "网络整理",
        "网络转载",
        "無",
        "无",
        "暂无",
        "none",
        "null",
        "undefined",
        "本网",
        "本網",
        "其他",
        "其它",
        "匿名",
        "转载",
        "轉載",
        "test",
        "超级管理员",
        "系统管理员",
        "网站管理员",
        "本网站",
        "本站编辑",
        "小编",
        "编辑",
        "整理",
        "佚",
        "点击",
        "发布者",
        "来源",
        "作者",
        "原创文章",
    ]
)

_NEIGHBOURS = "上一篇 上一条 上一條 上一则 上一页 上一頁 下一篇 下一条 下一條 下一则 下一页 下一頁 上篇 下篇 前一篇 后一篇 上一主题 下一主题"
_RELATED = (
    "相关链接 相關鏈接 相關連結 相关阅读 相關閱讀 相关新闻 相關新聞 相关文章 相關文章 相关信息 相关推荐 相关报道 相關報道 相关资讯 相关内容 相关专题 相关解读 相关稿件 相关文档 相关政策 相关热词 相关话题 相关视频 相关图片 相关搜索 "
    "延伸阅读 延伸閱讀 推荐阅读 推薦閱讀 精彩推荐 精彩阅读 猜你喜欢 猜您喜欢 大家都在看 大家爱看 热门推荐 热点推荐 热门新闻 热点新闻 为你推荐 为您推荐 更多推荐 更多阅读 更多新闻 更多精彩 更多文章 热门文章 热文推荐 最新文章 最新新闻 最新资讯 此前报道 往期回顾 今日热点 "
    "热门评论 最新评论 网友评论 發表評論 发表评论 我要评论 全部评论 用户评论 参与评论 评论列表 网友跟贴 文明上网 我有话说 点击排行 阅读排行 新闻排行 热点排行 一周热点 24小时 图片新闻 推荐图片 精彩图片"
)
_STANDING = "版权声明 版權聲明 免责声明 免責聲明 特别声明 郑重声明 法律声明 版权所有 版權所有 版权归 网站地图 網站地圖 友情链接 友情鏈接 联系我们 聯繫我們 关于我们 ICP备 备案号 备案序号 网站标识码 公安网备 您是第 copyright all-rights-reserved 特别提示 风险提示 凡本网 凡注明 本网注明"
_SHARE = "分享到 分享至 分享按钮 分享让更多人看到 长按识别 长按二维码 扫描二维码 识别二维码 扫一扫 掃一掃 扫码 微信扫 用微信 打开微信 返回顶部 回到顶部 返回列表 返回首页 举报 舉報 我要纠错 网站纠错 收藏本页 关键词 关键字 标签 tags tag 我要推荐 打印 关闭 点赞 赞一下 文章评价"

#: The first words of a line with which the site's own things begin: nothing below it is the article.
END = re.compile(
    rf"^[\s　\W]*(?:(?:{_any(_NEIGHBOURS)})(?![\u3400-\u9fff]{{2}})|(?:{_any(_RELATED)})|(?:{_any(_STANDING).replace('all-rights', 'all rights').replace('-reserved', ' reserved')})|(?:{_any(_SHARE)}))",
    re.I,
)
NEIGHBOUR = re.compile(rf"^[\s　\W]*(?:{_any(_NEIGHBOURS)})")
#: Sentences that a site puts under all of its articles.
DISCLAIMER = re.compile(
    r"^[\s　\W]*(?:(?:特别|郑重|免责|版权|重要|友情)?(?:声明|聲明|提示|说明)\s*[:：]|本文(?:来自|由)\S{2,20}(?:APP|客户端)|凡本[网站]|本[网站]\S{0,6}(?:注明|转载)|以上内容(?:仅|为)|文章(?:内容)?仅供|"
    r"(?:本文|文章|内容|资料|图片|部分)\S{0,12}(?:来源于网络|来自网络|版权归)|如有侵权|如需转载|转载请(?:注明|联系)|欢迎关注|(?:下载|关注|打开)\S{0,14}(?:APP|客户端|公众号)|(?:更多|更多精彩)\S{0,10}请(?:关注|下载|点击))"
    r"|未经\S{0,8}(?:授权|许可|允许|书面)\S{0,12}(?:不得|禁止|严禁)|违者必究|[Aa]ll [Rr]ights [Rr]eserved|侵权必究"
)
#: Words that only the foot of a site says.
FOOTER = re.compile(
    r"ICP[备備]|网站标识码|网站识别码|公网安备|公安备|公安网备|网安备|版权所有|版權所有|Copyright|COPYRIGHT|copyright|All rights reserved|All Rights Reserved|ALL RIGHTS RESERVED|技术支持\s*[:：]|建议使用\S{0,12}分辨率"
    r"|主办(?:单位)?\s*[:：]\S+\s*(?:主办|承办|协办|维护|技术)|承办(?:单位)?\s*[:：]\S+\s*(?:主办|承办|协办|维护|技术)|主管(?:单位)?\s*[:：]\S+\s*(?:主办|承办|协办|维护|技术)"
)
TITLE_HINT = re.compile(
    r"(?:^|[\s_-])(?:\w*title\w*|tit|\w*headline|\w*bt|\w*biaoti\w*|subject|topic|h1|\w+tit|art_?name|con_?name)(?:$|[\s_-])",
    re.I,
)
#: Parts of the class and id names of blocks that are not the article (share-box, c_right, footer2), whole and as beginnings.
ASIDE_WORDS = frozenset(
    [
        "tie",
        "reply",
        "aside",
        "relate",
        "related",
        "xgxw",
        "xgyd",
        "xgwz",
        "xglj",
        "xgzx",
        "position",
        "location",
        "weizhi",
        "dqwz",
        "toolbar",
        "tool",
        "tools",
        "banner",
        "ad",
        "ads",
        "popup",
        "dialog",
        "modal",
        "pinglun",
        "tuijian",
        "qrcode",
        "ewm",
        "prevnext",
        "prenext",
        "page",
        "pages",
        "paging",
        "pagination",
        "tag",
        "tags",
        "keyword",
        "keywords",
        "copy",
        "header",
        "topbar",
        "link",
        "links",
        "yqlj",
        "editor",
        "zrbj",
        "bianji",
        "disclaimer",
        "shengming",
        "statement",
        "vote",
        "survey",
        "subscribe",
        "cmt",
        "cmts",
        "replies",
        "crumb",
        "crumbs",
        "comment",
        "comments",
    ]
)
ASIDE_BEGINNINGS = (
    "foot",
    "side",
    "recommend",
    "relate",
    "hot",
    "rank",
    "nav",
    "menu",
    "share",
    "bdshare",
    "bshare",
    "jiathis",
    "copyright",
    "bread",
    "search",
    "login",
    "comment",
    "adv",
)
SUBTITLE_HINT = re.compile(r"sub_?-?tit|fu_?bt|fbt|yinti|yin_?ti|sub_?-?head|subtitle|futi", re.I)
FILE_KINDS = frozenset(
    [
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "ppt",
        "pptx",
        "wps",
        "et",
        "ofd",
        "zip",
        "rar",
        "7z",
        "txt",
        "csv",
        "rtf",
        "ceb",
        "tif",
    ]
)
#: An organ or medium, not a person.
ORGAN = re.compile(
    r"(?:网|網|报|報|社|台|臺|新闻|日报|晚报|在线|频道|局|委|部|办|厅|处|科|院|所|会|政府|中心|杂志|周刊|传媒|财经|号|观察|公司|集团|大学|学院|医院|法院|检察院|银行|协会|学会|园区|开发区|高新区|管委会|APP|客户端|资讯|时报|商报|快报|公众号|微信|博客|论坛|视频|记|志|说|眼|家|馆|站|站点|融媒|发布)$",
    re.I,
)
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭呂盧鍾譚陸葉蘇賀顧龔邵萬錢嚴湯溫齊喬龐顏聶魯歐關蘭寧紀單畢樊"
)
