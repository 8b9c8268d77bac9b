"""Writes an archive of invented reports, and the same reports as a Hugo site.

Everything is drawn from the seed, so the same numbers give the same files on every machine. Figures add up: totals are
totals, and what a year carries out the next year carries in. Both sites get the same front matter below `statistics:` and
the same prose, word for word; Hugo's templates are made from the same list of rows.
"""

import os
import random

LAST_YEAR = 2025
SITE = "政府信息公开工作年度报告"
BASE_URL = "https://disclosure.example.org/"

PLACES = ["云岭县", "清溪区", "白石县", "东岭区", "长桥县", "望湖区", "南屏县", "北辰区", "金沙县", "永宁区",
          "西陵县", "江口县", "青枫区", "龙泉县", "海晏县", "桃源区", "石门县", "新渡区", "松原县", "凤鸣区"]
NAMES = ["富源", "和平", "建设", "光明", "文昌", "永安", "振兴", "胜利", "新华", "滨河",
         "朝阳", "解放", "中山", "民生", "前进", "友谊", "长乐", "春晖", "丰收", "凯旋"]
BODIES = ["街道办事处", "镇人民政府", "财政所", "市场监督管理所", "教育办公室"]

COLUMNS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
APPLICANTS = [80, 9, 1, 2, 6, 2]
# What can become of a request on the 2021 form: group, row, label, how often.
OUTCOMES = [
    ("", "granted", "（一）予以公开", 46), ("", "granted_in_part", "（二）部分公开", 14),
    ("refused", "state_secret", "1.属于国家秘密", 1), ("refused", "prohibited_by_law", "2.其他法律行政法规禁止公开", 1),
    ("refused", "three_securities", "3.危及“三安全一稳定”", 1), ("refused", "third_party_rights", "4.保护第三方合法权益", 3),
    ("refused", "internal_affairs", "5.属于三类内部事务信息", 4), ("refused", "process_information", "6.属于四类过程性信息", 4),
    ("refused", "enforcement_files", "7.属于行政执法案卷", 2), ("refused", "administrative_queries", "8.属于行政查询事项", 2),
    ("unavailable", "not_held", "1.本机关不掌握相关政府信息", 12), ("unavailable", "not_ready_made", "2.没有现成信息需要另行制作", 3),
    ("unavailable", "unclear_after_correction", "3.补正后申请内容仍不明确", 2),
    ("not_processed", "petition", "1.信访举报投诉类申请", 2), ("not_processed", "repeated", "2.重复申请", 1),
    ("not_processed", "publication", "3.要求提供公开出版物", 1), ("not_processed", "excessive", "4.无正当理由大量反复申请", 1),
    ("not_processed", "confirmation", "5.要求行政机关确认或重新出具已获取信息", 1),
    ("other", "not_corrected", "1.申请人无正当理由逾期不补正", 1), ("other", "fee_unpaid", "2.申请人逾期未按要求缴纳费用", 1),
    ("other", "miscellaneous", "3.其他", 2),
]
PROACTIVE = [("regulations", "行政规章", 3), ("normative_documents", "行政规范性文件", 3), ("licences", "行政许可", 1),
             ("penalties", "行政处罚", 1), ("coercion", "行政强制", 1), ("charges", "行政事业性收费", 1)]
DISPUTES = [("reconsideration", "行政复议"), ("litigation", "行政诉讼 未经复议直接起诉"),
            ("litigation_after_reconsideration", "行政诉讼 复议后起诉")]

TOPICS = ["社会救助", "义务教育", "公共卫生", "安全生产", "环境保护", "财政预决算", "征地拆迁", "食品药品监管", "就业创业",
          "养老服务", "住房保障", "乡村振兴", "公共资源交易", "优化营商环境", "防汛抗旱", "社区治理", "公共文化服务", "道路养护"]
CHANNELS = ["门户网站", "政务微信公众号", "公开栏", "便民服务大厅查询终端", "县级融媒体中心", "电子显示屏", "宣传手册", "广播站"]
OFFICES = ["党政综合办公室", "经济发展办公室", "社会事务办公室", "综合执法队", "便民服务中心", "应急管理站", "司法所"]
OPENING = [
    "本报告根据《中华人民共和国政府信息公开条例》和上级关于编制年度报告的要求，由{unit}编制。",
    "报告所列数据的统计期限自 {year} 年 1 月 1 日起，至 {year} 年 12 月 31 日止，电子版见[政府信息公开专栏](https://www.example.org/xxgk/{year}/)。",
    "对本报告如有疑问，请与{unit}{office}联系，地址和电话见本页末尾。",
]
SENTENCES = [
    "全年通过{channel}发布信息 {n} 条，其中涉及{topic}的 {a} 条，涉及{other}的 {b} 条，内容更新的及时率保持在 {p}%以上。",
    "围绕{topic}主动公开资金安排、项目进度、验收结果等信息 {a} 条，并在{channel}设置专题，方便群众按年度和类别检索。",
    "及时公布{topic}方面的文件 {a} 件，配套制作图解、问答、短视频等材料 {b} 份，做到文件与解读同步起草、同步发布。",
    "对{topic}、{other}两个领域的公开事项目录进行调整，新增事项 {a} 项，合并事项 {b} 项，删除失效事项 {c} 项。",
    "开展“政府开放日”活动 {c} 场，邀请居民代表、企业负责人和媒体记者 {n} 人走进{office}，了解{topic}的办理过程。",
    "就{topic}决策事项公开征求意见 {c} 次，收到意见建议 {n} 条，采纳 {b} 条，没有采纳的均说明理由并向社会公布。",
    "健全信息制作、获取、保存、处理等方面的制度 {c} 项，明确{office}负责日常维护，对 {a} 条过期内容作出标注。",
    "做好{channel}与上级平台的数据对接，实现同一信息一次录入、多端发布，全年同步数据 {n} 条，未发生差错。",
    "在 {a} 个村（社区）设立查阅点，配备终端 {b} 台，全年接待查阅 {n} 人次，发放{channel}资料 {m} 份。",
    "举办业务培训 {c} 期，{office}等单位 {a} 人参加，培训内容包括法规解读、案例分析和系统操作。",
    "委托第三方对 {a} 个栏目开展评估，形成问题清单 {b} 条，整改完成率为 {p}%，结果在{channel}公布。",
    "开展社会评议 {c} 次，发放问卷 {n} 份，综合满意度为 {p}%，群众反映的 {b} 条意见逐一反馈办理结果。",
]
PROBLEMS = [
    "个别科室对公开工作的认识还不够到位，{topic}领域解读材料的形式比较单一，更新也不够及时。",
    "工作人员变动较为频繁，{office}的业务骨干不足，部分答复文书的说理不够充分。",
    "{channel}的互动功能有待加强，群众留言的平均答复时间为 {c} 个工作日，与群众期待还有差距。",
    "信息目录的颗粒度不够细，{topic}、{other}类信息存在交叉归类的情况，检索的准确性需要提高。",
]
REMEDIES = [
    "加强学习培训，全年组织集中学习不少于 {c} 次，重点补上{topic}方面的短板。",
    "丰富解读形式，对{topic}等专业性较强的内容，采用图表、案例、现场讲解等方式。",
    "优化{channel}的栏目设置，完善检索和分类，将常用事项的访问路径压缩到 {c} 次点击以内。",
    "充实工作力量，在{office}明确两名联络员，保证工作不断档、责任不悬空。",
]


def slug(number):
    return f"unit-{number:05}"


class Unit:
    def __init__(self, seed, number):
        draw = random.Random(f"{seed} unit {number}")
        place, name = number % len(PLACES), number // len(PLACES) % len(NAMES)
        body = number // (len(PLACES) * len(NAMES)) % len(BODIES)
        round_ = number // (len(PLACES) * len(NAMES) * len(BODIES))
        self.seed, self.number = seed, number
        self.slug = slug(number)
        self.name = PLACES[place] + NAMES[name] + BODIES[body] + (f"第{round_ + 1}" if round_ else "")
        self.size = draw.choice([0, 1, 3, 8, 20, 60, 200])
        self.contact = f"  address: {PLACES[place]}{draw.choice(NAMES)}路{draw.randint(1, 399)}号\n" \
                       f"  phone: \"0000-{draw.randint(2000000, 8999999)}\"\n  email: {self.slug}@example.org\n"


def spread(draw, items, weights):
    shares = [0] * len(weights)
    for at in draw.choices(range(len(weights)), weights, k=items):
        shares[at] += 1
    return shares


def with_total(row):
    return row + [sum(row)]


def statistics(draw, unit, carried_in, in_force):
    """The figures of a year, table by table and row by row; and what the next year begins with."""
    received = spread(draw, draw.randint(0, 2 * unit.size), APPLICANTS)
    open_ = [a + b for a, b in zip(received, carried_in)]
    carried_out = [draw.randint(0, number // 8) for number in open_]
    concluded = [a - b for a, b in zip(open_, carried_out)]
    outcomes = [spread(draw, number, [often for *_, often in OUTCOMES]) for number in concluded]
    made, repealed = draw.randint(0, 6), draw.randint(0, 2)
    in_force += made - repealed
    proactive = {"regulations": [0, 0, 0], "normative_documents": [made, repealed, in_force]}
    for row, _, _ in PROACTIVE[2:]:
        proactive[row] = [draw.randint(0, 40 * (1 + unit.size))]
    requests = {("", "received"): with_total(received), ("", "brought_forward"): with_total(carried_in)}
    for at, (group, row, _, _) in enumerate(OUTCOMES):
        requests[group, row] = with_total([column[at] for column in outcomes])
    requests["", "concluded"], requests["", "carried_forward"] = with_total(concluded), with_total(carried_out)
    disputes = {row: with_total(spread(draw, draw.randint(0, 1 + unit.size // 10), [6, 2, 2, 3])) for row, _ in DISPUTES}
    return (proactive, requests, disputes), carried_out, in_force


def front_matter(year, tables):
    """`statistics:` as both generators read it. The form of 2019 and 2020 has other rows, so those years leave some out."""
    proactive, requests, disputes = tables
    lines = ["statistics:\n  proactive:\n"]
    for row, figures in proactive.items():
        if year >= 2021:
            lines.append(f"    {row}: {figures}\n")
        elif row in ("regulations", "normative_documents"):
            lines.append(f"    {row}: {[figures[0], figures[0], figures[2]]}\n")
        else:
            lines.append(f"    {row}: {[9, 0, figures[0]] if row != 'charges' else [figures[0], 0]}\n")
    if year < 2021:
        lines.append("    other_services: [3, 0, 0]\n    procurement: [0, 0]\n")
    lines.append("  requests:\n")
    last = ""
    for (group, row), figures in requests.items():
        if group == "other" and year < 2021:
            continue
        if group != last and group:
            lines.append(f"    {group}:\n")
        last = group
        lines.append(f"    {'  ' if group else ''}{row}: {figures}\n")
    if year < 2021:
        others = [figures for (group, _), figures in requests.items() if group == "other"]
        lines.append(f"    other: {[sum(column) for column in zip(*others)]}\n")
    lines.append("  disputes:\n" + "".join(f"    {row}: {figures}\n" for row, figures in disputes.items()))
    return "".join(lines)


def prose(draw, unit, year, tables):
    def fill(sentence):
        topic, other = draw.sample(TOPICS, 2)
        return sentence.format(unit=unit.name, year=year, topic=topic, other=other, channel=draw.choice(CHANNELS),
                               office=draw.choice(OFFICES), a=draw.randint(3, 48), b=draw.randint(2, 29),
                               c=draw.randint(2, 9), n=draw.randint(50, 3900), m=draw.randint(4000, 98000), p=draw.randint(80, 99))

    def paragraph(count):
        return "".join(fill(one) for one in draw.sample(SENTENCES, count))

    def items(pool, count, mark):
        return "\n".join(f"{mark(at)} **{draw.choice(TOPICS)}** {fill(one)}" for at, one in enumerate(draw.sample(pool, count), 1))

    numbered, dashed = (lambda at: f"{at}."), (lambda at: "-")
    requests = tables[1]
    counts = [requests["", row][6] for row in ("received", "brought_forward", "concluded", "carried_forward")]
    channels = draw.sample(CHANNELS, 4)
    rows = "\n".join(f"| {channel} | {draw.randint(20, 3600)} | {draw.randint(20, 3600)} |" for channel in channels)
    parts = [
        "".join(fill(one) for one in OPENING),
        "## 一、总体情况", paragraph(4),
        "### （一）主动公开情况", paragraph(5), items(SENTENCES, 5, numbered), "各渠道公开信息的数量如下：",
        f"| 公开渠道 | 本年条数 | 上年条数 |\n| --- | ---: | ---: |\n{rows}", paragraph(4),
        "### （二）依申请公开情况",
        "{} 年共收到政府信息公开申请 {} 件，上年结转 {} 件，全年办结 {} 件，结转下年度继续办理 {} 件。".format(year, *counts) + paragraph(4),
        "### （三）政府信息管理情况", paragraph(5), items(SENTENCES, 3, dashed),
        "### （四）平台建设情况", paragraph(4), items(SENTENCES, 3, numbered),
        "### （五）监督保障情况", paragraph(5),
        "## 五、存在的主要问题及改进情况", items(PROBLEMS, 3, dashed), items(REMEDIES, 4, numbered),
        "## 六、其他需要报告的事项", f"{year} 年度没有收取信息处理费。" + paragraph(2),
    ]
    return "\n\n".join(parts) + "\n"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def make(folder, units, years, seed=1):
    """`folder/archive` for gongkai and `folder/hugo` for Hugo, unless they are there already."""
    made, wanted = os.path.join(folder, "corpus"), f"{units} units, {years} years, seed {seed}\n"
    if os.path.exists(made):
        with open(made, encoding="utf-8") as file:
            if file.read() == wanted:
                return
    own, hugo = os.path.join(folder, "archive"), os.path.join(folder, "hugo")
    write(f"{own}/site.yaml", f"title: {SITE}\nlanguage: zh-CN\nbase_url: {BASE_URL}\n")
    write(f"{own}/content/_index.md", "---\ntitle: 示范市人民政府\nlevel: city\ncontact: {phone: \"0000-5000000\"}\n---\n")
    write(f"{hugo}/content/_index.md", f"---\ntitle: {SITE}\n---\n")
    span = range(LAST_YEAR - years + 1, LAST_YEAR + 1)
    for unit in (Unit(seed, number) for number in range(units)):
        index = f"---\ntitle: {unit.name}\ncontact:\n{unit.contact}---\n"
        write(f"{own}/content/{unit.slug}/_index.md", index)
        write(f"{hugo}/content/{unit.slug}/_index.md", index)
        carried, in_force = [0] * 6, 40
        for year in span:
            draw = random.Random(f"{seed} report {unit.number} {year}")
            tables, carried, in_force = statistics(draw, unit, carried, in_force)
            day = f"{year + 1}-01-{draw.randint(5, 31):02}"
            head = f"title: {unit.name} {year} 年政府信息公开工作年度报告\nyear: {year}\n"
            figures, body = front_matter(year, tables), prose(draw, unit, year, tables)
            write(f"{own}/content/{unit.slug}/{year}.md", f"---\n{head}published: {day}\n{figures}---\n\n{body}")
            terms = f"date: {day}\nunit: {unit.name}\nyears: [\"{year}\"]\n"
            write(f"{hugo}/content/{unit.slug}/{year}.md", f"---\n{head}{terms}{figures}---\n\n{body}")
    hugo_site(hugo, span)
    write(made, wanted)


def addresses(units, years):
    """Where the page of each report stands, on both sites."""
    return [f"{slug(unit)}/{year}/" for unit in range(units) for year in range(LAST_YEAR - years + 1, LAST_YEAR + 1)]


# Hugo's own site. One loop for each row of figures, the fastest way there is; header and footer are made once.

HUGO = f"""baseURL = "{BASE_URL}"
title = "{SITE}"
defaultContentLanguage = "zh"
[taxonomies]
year = "years"
[markup.goldmark.extensions]
linkify = false
typographer = false
[outputs]
home = ["html", "rss"]
section = ["html"]
taxonomy = ["html"]
term = ["html"]
page = ["html"]
"""
BASE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ .Title }}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
{{ partialCached "header.html" . }}
<main>
{{ block "main" . }}{{ end }}
</main>
{{ partialCached "footer.html" . }}
</body>
</html>
"""
CONTACT = """{{ with .Params.contact }}<address><p>{{ .address }}</p><p>{{ .phone }}</p>
<p><a href="mailto:{{ .email }}">{{ .email }}</a></p></address>{{ end }}
"""
KEYS = ["received", "brought_forward", "granted", "concluded", "carried_forward"]


def rows(path, pairs):
    """Table rows of a template: a label and the figures of one row each."""
    cells = "{{{{ range {0} }}}}<td>{{{{ . }}}}</td>{{{{ end }}}}"
    return "".join(f"<tr><th scope=\"row\">{label}</th>{cells.format(path + row)}</tr>\n" for row, label in pairs)


def report_template():
    outcomes = [(f"{group}.{row}" if group else row, label) for group, row, label, _ in OUTCOMES]
    requests = [("received", "一、本年新收政府信息公开申请数量"), ("brought_forward", "二、上年结转政府信息公开申请数量")]
    requests += [pair for pair in outcomes if not pair[0].startswith("other.")]
    late = [pair for pair in outcomes if pair[0].startswith("other.")]
    last = [("concluded", "（七）总计"), ("carried_forward", "四、结转下年度继续办理")]
    columns = "".join(f"<th scope=\"col\">{column}</th>" for column in COLUMNS)
    return f"""{{{{ define "main" }}}}{{{{ $s := .Params.statistics }}}}{{{{ $r := $s.requests }}}}<article>
<h1>{{{{ .Title }}}}</h1>
<p><a href="{{{{ .CurrentSection.RelPermalink }}}}">{{{{ .Params.unit }}}}</a> <time>{{{{ .Date.Format "2006-01-02" }}}}</time></p>
{{{{ .Content }}}}
<table>
{rows("$s.proactive.", [(row, label) for row, label, _ in PROACTIVE])}</table>
<table>
<thead><tr><th></th>{columns}</tr></thead>
{rows("$r.", requests)}{{{{ if reflect.IsMap $r.other }}}}{rows("$r.", late)}{{{{ else }}}}{rows("$r.", [("other", "（六）其他处理")])}{{{{ end }}}}{rows("$r.", last)}</table>
<table>
{rows("$s.disputes.", DISPUTES)}</table>
{CONTACT.replace(".Params", ".CurrentSection.Params")}<nav>{{{{ with .PrevInSection }}}}<a rel="prev" href="{{{{ .RelPermalink }}}}">{{{{ .Params.year }}}}</a>{{{{ end }}}}
{{{{ with .NextInSection }}}}<a rel="next" href="{{{{ .RelPermalink }}}}">{{{{ .Params.year }}}}</a>{{{{ end }}}}</nav>
</article>
{{{{ end }}}}
"""


def list_template(name):
    """A table of reports with their key figures: of a unit over the years, or of a year over the units."""
    keys = "".join(f"<td>{{{{ index $r.{key} 6 }}}}</td>" for key in KEYS)
    return f"""{{{{ define "main" }}}}<h1>{{{{ .Title }}}}</h1>
<table>
{{{{ range .Pages }}}}{{{{ $r := .Params.statistics.requests }}}}<tr><th scope="row"><a href="{{{{ .RelPermalink }}}}">{{{{ {name} }}}}</a></th>
<td>{{{{ .Date.Format "2006-01-02" }}}}</td>{keys}</tr>
{{{{ end }}}}</table>
{CONTACT}{{{{ end }}}}
"""


def hugo_site(folder, span):
    links = "".join(f"<li><a href=\"/years/{year}/\">{year}</a></li>\n" for year in reversed(span))
    layouts = {
        "baseof.html": BASE,
        "_partials/header.html": f"<header><a href=\"/\">{SITE}</a></header>",
        "_partials/footer.html": "<footer><p>数据以各单位报送的年度报告为准。</p></footer>",
        "404.html": "{{ define \"main\" }}<h1>找不到页面</h1>{{ end }}\n",
        "home.html": "{{ define \"main\" }}<h1>{{ .Title }}</h1>\n<ul>\n" + links + "</ul>\n<ul>\n{{ range .Sections }}"
                     "<li><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a></li>\n{{ end }}</ul>\n{{ end }}\n",
        "taxonomy.html": "{{ define \"main\" }}<ul>\n" + links + "</ul>\n{{ end }}\n",
        "page.html": report_template(),
        "section.html": list_template(".Params.year"),
        "term.html": list_template(".Params.unit"),
    }
    write(f"{folder}/hugo.toml", HUGO)
    write(f"{folder}/static/style.css", "body { max-width: 60rem; margin: auto }\n")
    for name, text in layouts.items():
        write(f"{folder}/layouts/{name}", text)
