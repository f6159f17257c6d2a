"""What inline scripts print from constants, and what they must not."""

import pytest

from crawler.reading.printing import Script, with_printed


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("var d='2017年05月24日'; if(d!=''){document.write(d);}", "2017年05月24日"),
        ("var d=''; if(d!=''){document.write(d);} else {document.write('无')}", "无"),
        ("var a='甲',b='乙'; document.write(a+b, '丙')", "甲乙丙"),
        ("var k=''; if(k!=''&&k!='null'){ } else { document.write('<li>'); document.write('</li>'); }", "<li></li>"),
        ("document.write('\\u65b0\\x41')", "新A"),
        ("// document.write('不')\n/* document.write('不') */ document.write('印')", "印"),
        ("var t=new Date(); document.write(t.getFullYear()+'年')", ""),
        ("document.write(unescape('%3C'))", ""),
        ("if(unknown=='x'){document.write('甲')}else{document.write('乙')}", ""),
        ("function f(){document.write('不')} document.write('印')", "印"),
        ("for(i=0;i<3;i++){document.write('不')}", ""),
        ("var d='2026-04-17 09:30:15'; document.write(d.substring(0, 10) + '日')", "2026-04-17日"),
        ("var d='2026-04-17'; document.write(d.substr(5, 2) + '月')", "04月"),
        ("document.write(d.substring(0, 10) + '日')", ""),
        ("}}} document.write('印')", "印"),
    ],
)
def test_only_constants_are_printed(source: str, printed: str) -> None:
    assert Script(source).run() == printed


def test_printed_text_stands_where_its_script_stands() -> None:
    page = "<p>发布时间：<script>var d='2026年4月17日';document.write(d)</script> 来源</p>"
    assert with_printed(page).replace("</script>", "|").endswith("|2026年4月17日 来源</p>")


def test_constants_of_earlier_scripts_are_known() -> None:
    page = "<script>var d='2026年4月17日';</script><p><script>document.write(d)</script></p>"
    assert with_printed(page).endswith("</script>2026年4月17日</p>")


def test_printed_scripts_and_frames_are_left_out() -> None:
    page = "<script>document.write('<script src=\"/广告.js\">')</script>"
    assert with_printed(page) == page
