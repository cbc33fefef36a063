"""Words that connect facts without adding one, in English and Chinese."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re

from index.text import CJK, fold, simplified

CONNECTING = frozenset(
    "about after all also although amount around because been before being between body both box by can category come "
    "coming cost costing could do does during each either few fit fits for from has have having here how into "
    "is it its item just like look looking made make making many may might model need of on one option or other own "
    "priced price pricing product rate rated rating recommend should since so some star stars such suit suitable suits "
    "than that the their them then there these they thing this those though to too two type until use used user using "
    "very want weigh weighing weight what when where whereas whether which while who will with within worth would you "
    "your yours be are was were at as an a and in if out per plus only same well choice consider considering available "
    "color colour size feature featuring featured include included including offer offering provide providing total "
    "value equipped gram hour inch kilogram litre liter minute watt centimetre metre millimetre measure measuring run "
    "running last lasting hold holding support supporting under below over above up budget limit".split()
)

STOP = frozenset(
    "a an the this that these those it its it's is are am was were be been do does did done doing don't doesn't isn't aren't has have had having "
    "can could will would shall should may might must i i'm i'd me my mine you your we our us he him his she her they them their to of in on at by for with "
    "without from and or but so if then than as not no yes any some there here what whats what's which who when where why how much many about "
    "really very too just also still again actually like one ones two first second third last thing things product item stuff please pls tell know "
    "think say says said mention mentioned does it'd get gets got give given go goes going use used using make made take takes work works need "
    "needs want wants come comes look looks good great nice ok okay fine bad better best well right enough more most less other another "
    "people anybody anyone everybody buyer buyers customer customers reviewer reviewers review reviews owner owners complain complaint complaints "
    "um uh er hi hey hello question ask asking sure fit fits suitable suit problem problems issue issues support supports lot bit new old big small".split()
)
"""Words of a question that tell nothing of what is asked."""

CAPITALS = frozenset(
    "a an and as at based both but considering each for from given has here hello hi i if in it its let no of on one "
    "or our overall priced rated so some that the their then there these they this those to we weighing while with "
    "yes you your".split()
)
"""Sentence starters and plain words that English writes with a capital."""

CONNECTING_ZH = frozenset(
    "的 是 为 有 在 和 与 及 或 也 都 共 还 约 达 其 它 这 该 此 由 于 以 并 且 而 从 到 至 您 可 能 用 带 配 含 仅 只 等 每 "
    "款 个 台 件 双 把 条 副 部 张 瓶 盒 套 种 支 本 层 片 颗 粒 根 "
    "一款 一个 一台 一件 一双 一把 一条 一副 一部 一张 一瓶 一盒 一套 一种 一支 一本 这款 这个 这台 这件 这双 这把 这条 这只 该款 此款 "
    "它的 其中 您的 商品 产品 售价 价格 定价 现价 评分 评级 评价为 星 分 重量 重约 高度 宽度 长度 厚度 深度 尺寸 大小 容量 颜色 色 材质 材料 "
    "品牌 型号 规格 类型 款式 适合 适用 适用于 采用 使用 配有 配备 拥有 具有 具备 支持 包括 包含 带有 含有 提供 属于 来自 制成 制造 "
    "以及 同时 并且 而且 可以 能够 可用于 如果 因此 所以 大约 左右 达到 共有 一共 总共 分别 选择 推荐 考虑 需要 想要 预算 以内 以下 以上 "
    "特点 特性 功能 参数 信息 设计 介绍 为您 名为 时长 时间 "
    "克 千克 公斤 斤 厘米 毫米 米 升 毫升 小时 分钟 秒 天 周 个月 月 年 瓦 英寸 寸 度".split()
)
_LONGEST = max(map(len, CONNECTING_ZH))
_HAN_RUN = re.compile(f"[{CJK}]+")
_MEASURED = re.compile(r"[重长宽高厚深][约为达]*$")


def unknown_han(text: str, record: str) -> str:
    """The first Chinese words that are neither of the record nor connecting; "" if there are none.

    Args:
        text: A sentence; each run of Chinese in it has to be made up of both.
        record: What is known.

    >>> unknown_han("这款茶壶容量 1 升", "白色茶壶 容量"), unknown_han("这款茶壶免费", "白色茶壶 容量")
    ('', '免费')
    """
    known = _HAN_RUN.findall(simplified(fold(record)))
    said = simplified(fold(text))
    for run in _HAN_RUN.finditer(said):
        rest = _rest(run[0], "\n".join(known), frozenset(known))
        if rest and said[run.end() :].lstrip()[:1].isdigit():  # 「重 2 公斤」
            rest = _rest(_MEASURED.sub("", run[0]), "\n".join(known), frozenset(known))
        if rest:
            return rest
    return ""


def _rest(run: str, known: str, whole: frozenset[str]) -> str:
    """What is left of a run behind the longest beginning that is made up of known words."""
    reached = [True] + [False] * len(run)
    for start in range(len(run)):
        if not reached[start]:
            continue
        for end in range(start + 1, len(run) + 1):
            piece = run[start:end]
            of_record = piece in known if len(piece) > 1 else piece in whole
            if not of_record and len(piece) >= _LONGEST:
                break
            reached[end] = reached[end] or of_record or piece in CONNECTING_ZH
    return "" if reached[-1] else run[max(at for at, is_reached in enumerate(reached) if is_reached) :]
