#!/usr/bin/env python3
"""Writes the sample payment lists beside this file, byte for byte the same every time.

danh-sach-chi-tra-mau.csv   500 made-up people, every province at least twice, every paying pillar
danh-sach-loi-mau.csv       the same kind of rows, one different defect in each, and some unusual spellings

With --rows N --out FILE it writes instead a list of N distinct people in the same manner, to measure with.

Nobody here can exist: the personal IDs carry the province code 003, which no citizen has. Commune codes have the right
shape and are invented. Amounts follow the programmes in force in 11/2026.
"""

import argparse
from pathlib import Path

PERIOD = "2026-11"
HEADER = "so_dinh_danh,ho_ten,ngay_sinh,chuong_trinh,ky,so_tien,nguon,don_vi,tinh,diem_chi"

PROVINCES = """01 04 08 11 12 14 15 19 20 22 24 25 31 33 37 38 40 42 44 46 48 51 52 56 66 68 75 79 80 82 86 91
92 96""".split()
POPULOUS = "01 79 38 40 48 31 75 66 91 92 24 25 33 37".split()

FAMILY = """Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Lê Lê Phạm Phạm Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô
Dương Lý Đinh Trịnh Đoàn Mai Tạ Lương Cao Hà Tống Quách Khổng Lưu Thái Trương Huỳnh""".split()
MIDDLE = {
    "m": "Văn,Đức,Hữu,Quang,Minh,Công,Xuân,Bá,Đình,Thế,Ngọc,Trọng".split(","),
    "f": "Thị,Thị Thu,Thị Ngọc,Thị Kim,Thanh,Thị Bích,Thị Mỹ,Diệu,Thùy,Thị Hồng,Phương,Khánh".split(","),
}
GIVEN = {
    "m": """An Bình Cường Dũng Đạt Giang Hải Hòa Hùng Huy Khải Khoa Lâm Long Lộc Mạnh Nam Nghĩa Phúc Quân Quý Sơn Tài
Thắng Thịnh Tiến Toàn Trung Tuấn Tùng Việt Vinh Vũ Ước""".split(),
    "f": """Anh Ánh Bưởi Chi Cúc Dung Đào Hà Hạnh Hậu Hiền Hoa Huế Hương Lan Liên Loan Mai Mận Nga Ngân Nhung Oanh
Phượng Quyên Thảo Thơm Thúy Thủy Trang Tuyết Vân Xuyến Yến""".split(),
}
# Names without the usual three parts; each is used once, in the province named.
SPECIAL = [
    ("66", "m", "Y Bhiu Êban"), ("66", "f", "H'Mai Niê"), ("68", "m", "K'Brềnh"), ("14", "f", "Lò Thị Pó"),
    ("11", "m", "Giàng A Sử"), ("12", "f", "Sùng Thị Máy"), ("86", "m", "Thạch Sóc Kha"), ("52", "m", "Rơ Châm Blơi"),
    ("51", "m", "A Thút"), ("44", "f", "Nhưm"), ("08", "f", "Vàng Thị Mỷ"), ("56", "m", "Mấu Quốc Tiến"),
]

# code, pillar, funder, youngest and oldest birth year, sexes, how many rows
PLAN = [
    ("BHXH-HUU", "BHXH", "QHTTT", 1946, 1964, "mf", 24),
    ("BHXH-HUU", "BHXH", "NSTW", 1930, 1938, "mf", 3),
    ("BHXH-TUAT", "BHXH", "QHTTT", 1940, 1958, "f", 4),
    ("BHXH-TUAT", "BHXH", "QHTTT", 2010, 2018, "mf", 3),
    ("BHXH-HTXH", "XA", "NSDP", 1931, 1950, "mf", 12),
    ("BHTN-TCTN", "BHXH", "QBHTN", 1975, 2003, "mf", 11),
    ("BTXH-TE1", "XA", "NSDP", 2023, 2025, "mf", 2),
    ("BTXH-TE2", "XA", "NSDP", 2012, 2021, "mf", 2),
    ("BTXH-CT1", "XA", "NSDP", 1950, 1964, "mf", 2),
    ("BTXH-CT2", "XA", "NSDP", 1932, 1945, "mf", 2),
    ("BTXH-KT1", "XA", "NSDP", 1970, 2004, "mf", 3),
    ("BTXH-KT2", "XA", "NSDP", 2013, 2022, "mf", 2),
    ("BTXH-KT3", "XA", "NSDP", 1970, 2004, "mf", 3),
    ("BTXH-DT", "XA", "NSDP", 1985, 2000, "f", 2),
    ("NCC-TB21", "SNV", "NSTW", 1948, 1962, "m", 2),
    ("NCC-TB41", "SNV", "NSTW", 1946, 1960, "m", 2),
    ("NCC-TB81", "SNV", "NSTW", 1945, 1955, "m", 1),
    ("NCC-BM", "SNV", "NSTW", 1926, 1938, "f", 2),
    ("NCC-LS1", "SNV", "NSTW", 1935, 1950, "f", 3),
    ("NCC-TD", "SNV", "NSTW", 1944, 1954, "mf", 1),
    ("GN-DIEN", "XA", "NSDP", 1960, 1990, "mf", 3),
    ("GN-DIEN", "XA", "NSTW", 1960, 1990, "mf", 1),
    ("GN-CPHT", "XA", "NSTW", 2009, 2019, "mf", 3),
    ("BHYT-TT", "BHXH", "QBHYT", 1955, 2015, "mf", 3),
]
FIXED_AMOUNTS = {
    "BHXH-HTXH": 500_000, "BTXH-TE1": 1_250_000, "BTXH-TE2": 750_000, "BTXH-CT1": 750_000, "BTXH-CT2": 1_000_000,
    "BTXH-KT1": 1_000_000, "BTXH-KT2": 1_250_000, "BTXH-KT3": 750_000, "BTXH-DT": 500_000, "NCC-TB21": 1_878_000,
    "NCC-TB41": 3_667_000, "NCC-TB81": 7_240_000, "NCC-BM": 10_704_000, "NCC-LS1": 2_789_000, "NCC-TD": 1_673_000,
    "GN-DIEN": 3 * 59_520,
}

# The four people every demonstration follows.
FIRST_ROWS = [
    "003152000119,Nguyễn Thị Hòa,17/05/1952,BHXH-HUU,2026-11,6283417,QHTTT,BHXH-19,19,BD-19-001",
    "003088000201,Trần Minh Quân,09/02/1988,BHTN-TCTN,2026-11,9163999,QBHTN,BHXH-01,01,BD-01-001",
    "003196000340,Lê Thị Thúy,23/11/1996,BTXH-KT1,2026-11,1000000,NSDP,XA-40-16681,40,XA-40-001",
    "003049000444,Hoàng Văn Đạt,1949,NCC-TB61,2026-11,5450000,NSTW,SNV-44,44,BD-44-001",
]


class Numbers:
    """A linear congruential generator (Knuth's MMIX constants), so that every Python gives the same list."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def pick(self, values):
        return values[self.below(len(values))]

    def shuffled(self, values):
        values = list(values)
        for index in range(len(values) - 1, 0, -1):
            other = self.below(index + 1)
            values[index], values[other] = values[other], values[index]
        return values


def personal_id(sex, year, serial):
    century = 0 if year < 2000 else 2
    return f"003{century + (sex == 'f')}{year % 100:02d}{serial:06d}"


def amount(code, birth_year, numbers):
    if code == "BHXH-HUU":
        return numbers.between(4_200_000, 13_800_000) * numbers.between(55, 75) // 100
    if code == "BHXH-TUAT":
        return 1_638_000 if birth_year < 1945 or birth_year > 2014 else 1_170_000
    if code == "BHTN-TCTN":
        return numbers.between(5_310_000, 17_400_000) * 60 // 100
    if code == "BHYT-TT":
        return numbers.between(1_150_000, 8_900_000) * numbers.pick([80, 95]) // 100
    if code == "GN-CPHT":
        return 150_000 * numbers.pick([4, 5])
    return FIXED_AMOUNTS[code]


def birth_text(year, numbers):
    month, day = numbers.between(1, 12), numbers.between(1, 28)
    if year <= 1950:
        chance = numbers.below(10)
        if chance < 4:
            return str(year)
        if chance == 4:
            return f"--/{month:02d}/{year}"
    return f"{day:02d}/{month:02d}/{year}"


def unit(kind, province, numbers):
    if kind == "XA":
        return f"XA-{province}-{numbers.between(int(province) * 320 + 40, int(province) * 320 + 330):05d}"
    return f"{kind}-{province}"


def point(kind, province, numbers):
    place = numbers.pick(["BD", "BD", "XA"] if kind == "XA" else ["BD", "BD", "BD", "NH"])
    return f"{place}-{province}-{numbers.between(1, 12):03d}"


def provinces(numbers):
    """A province for every row after the first four; each of the 34 at least twice altogether."""
    taken = [row.split(",")[8] for row in FIRST_ROWS]
    due = [code for code in PROVINCES * 2]
    for code in taken:
        due.remove(code)
    extra = [numbers.pick(POPULOUS) for _ in range(100 - len(taken) - len(due))]
    return numbers.shuffled(due + extra)


def name(sex, province, specials, used, numbers):
    for entry in specials:
        if entry[0] == province and entry[1] == sex:
            specials.remove(entry)
            used.add(entry[2])
            return entry[2]
    while True:
        text = f"{numbers.pick(FAMILY)} {numbers.pick(MIDDLE[sex])} {numbers.pick(GIVEN[sex])}"
        if text not in used:
            used.add(text)
            return text


def good_rows():
    numbers = Numbers(202611)
    people = numbers.shuffled([entry for entry in PLAN for _ in range(entry[6])])
    specials = list(SPECIAL)
    used = {row.split(",")[1] for row in FIRST_ROWS}
    rows = list(FIRST_ROWS)
    for serial, (entry, province) in enumerate(zip(people, provinces(numbers), strict=True), start=1):
        code, kind, funder, first, last, sexes, _ = entry
        year = numbers.between(first, last)
        sex = numbers.pick(sexes)
        for special in specials:
            if special[0] == province and special[1] in sexes:
                sex = special[1]
                break
        rows.append(",".join([
            personal_id(sex, year, 1000 + serial * 7), name(sex, province, specials, used, numbers),
            birth_text(year, numbers), code, PERIOD, str(amount(code, year, numbers)), funder,
            unit(kind, province, numbers), province, point(kind, province, numbers),
        ]))
    assert len(rows) == 100 and not specials, specials
    return rows


def more_people(first_serial, count, seed):
    """Rows of further people, one after another, with the plan's programmes in the plan's proportions."""
    numbers = Numbers(seed)
    people = [entry for entry in PLAN for _ in range(entry[6])]
    for serial in range(first_serial, first_serial + count):
        code, kind, funder, first, last, sexes, _ = numbers.pick(people)
        year, sex = numbers.between(first, last), numbers.pick(sexes)
        province = numbers.pick(PROVINCES + POPULOUS * 2)
        yield ",".join([
            personal_id(sex, year, serial % 1_000_000),
            f"{numbers.pick(FAMILY)} {numbers.pick(MIDDLE[sex])} {numbers.pick(GIVEN[sex])}",
            birth_text(year, numbers), code, PERIOD, str(amount(code, year, numbers)), funder,
            unit(kind, province, numbers), province, point(kind, province, numbers),
        ])


def further_rows(rows, count):
    """`rows` and further people up to `count` in all, every name once."""
    names = {row.split(",")[1] for row in rows}
    rows = list(rows)
    for row in more_people(10_000, 8 * count, 500):
        name_text = row.split(",")[1]
        if name_text not in names:
            names.add(name_text)
            rows.append(row)
        if len(rows) == count:
            return rows
    raise AssertionError("too few different names")


def write_large(path, count):
    """A list of `count` people, each once; serials beyond six digits go on in another year of birth."""
    seen = set()
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(HEADER + "\n")
        serial = 0
        for row in more_people(0, 2 * count + 1000, 20261101):
            if row[:12] not in seen:
                seen.add(row[:12])
                file.write(row + "\n")
                serial += 1
            if serial == count:
                return
    raise AssertionError("too few different people")


# One defect a row; the second row repeats the first one's person, programme and month. Three rows are only unusual in
# their spelling, 750.000 and two after the short row: files are read with them, the service's own form has no such.
SPOILT_ROWS = [
    "003152000119,Nguyễn Thị Hòa,17/05/1952,BHXH-HUU,2026-11,6283417,QHTTT,BHXH-19,19,BD-19-001",
    "003152000119,Nguyễn Thị Hoà,17/05/1952,BHXH-HUU,11/2026,6283417,QHTTT,BHXH-19,19,BD-19-001",
    "00315200012,Phạm Thị Lan,02/03/1952,BHXH-HUU,2026-11,5120345,QHTTT,BHXH-19,19,BD-19-001",
    "003050000301,,1950,BHXH-HTXH,2026-11,500000,NSDP,XA-19-05443,19,BD-19-002",
    "003055000302,Đỗ Văn Lộc,31/02/1955,BHXH-HUU,2026-11,4876512,QHTTT,BHXH-24,24,BD-24-001",
    "003060000303,Bùi Đức Thắng,04/06/1960,BHXH-HUUTRI,2026-11,7012345,QHTTT,BHXH-31,31,BD-31-001",
    "003140000304,Vũ Thị Mận,1940,BTXH-CT4,2026-11,500000,NSDP,XA-33-11983,33,BD-33-001",
    "003190000305,Ngô Khánh Chi,15/08/1990,BHTN-TCTN,2026-13,6120900,QBHTN,BHXH-48,48,BD-48-001",
    "003162000306,Đặng Thị Cúc,20/12/1962,BHXH-HUU,2026-11,-500000,QHTTT,BHXH-38,38,BD-38-001",
    "003201000307,Trịnh Minh Khoa,01/09/2001,BTXH-KT3,2026-11,750.000,NSDP,XA-40-16690,40,XA-40-001",
    '003087000308,Lý Công Sơn,11/11/1987,BHTN-TCTN,2026-11,"5230000,50",QBHTN,BHXH-79,79,BD-79-001',
    "003149000309,Hồ Thị Liên,1949,NCC-LS1,2026-11,2789000,QHTTT,SNV-44,44,BD-44-001",
    "003061000310,Dương Văn Tiến,07/07/1961,BHXH-HUU,2026-11,5934871,QHTTT,BHXH-06,06,BD-06-001",
    "003157000311,Cao Thị Thơm,30/04/1957,BHXH-HUU,2026-11,4410278,QHTTT,BHXH-96,92,BD-92-001",
    "003052000312,Mai Xuân Hải,19/05/1952,BHXH-HUU,2026-11,5567123,QHTTT,BHXH-22,22,Bưu điện Hạ Long",
    "003046000313,Tạ Đình Long,1946,BHXH-HTXH,2026-11,500000,NSDP,XA-25-07999,25",
    "003153000314,Phan Thị Kim Oanh,08.03.1953,BHXH-HUU,2026-11,4987654,QHTTT,BHXH-37,37,BD-37-002",
    "003058000315,Lưu Bá Khải,09/09/1958,BHXH-HUU,T11/2026,7123456,QHTTT,BHXH-42,42,BD-42-003",
    "3154000316,Thái Thị Nga,22/12/1954,BHXH-HUU,2026-11,5345678,QHTTT,BHXH-01,01,BD-01-004",
    "3.15E+09,Hà Thị Loan,30/01/1951,BHXH-HUU,2026-11,4765432,QHTTT,BHXH-01,01,BD-01-004",
    "003150000317,Võ Thị Hiền,12/31/1950,BHXH-HUU,2026-11,6012345,QHTTT,BHXH-48,48,BD-48-002",
    "003060000318,Trương Hữu Phúc,17/05/60,BHXH-HUU,2026-11,6543210,QHTTT,BHXH-51,51,BD-51-001",
    "003195000319,Đoàn Thị Xuyến,14/02/1995,BTXH-KT3,2026-11,75.0.000,NSDP,XA-56-18001,56,XA-56-002",
    "003056000320,Lương Thế Vinh,06/06/1956,BHXH-HUU,Nov-26,8123456,QHTTT,BHXH-66,66,BD-66-003",
    "003157000321,Hu?nh Th? Tuy?t,19/08/1957,BHXH-HUU,2026-11,5789012,QHTTT,BHXH-80,80,BD-80-001",
    "003062000322,Khổng Minh Tuấn,25/10/1962,BHXH-HUU,2026-11,7345678,QHTTT,BHXH-01,1,BD-01-005",
    "003052000323,Quách Đức Thịnh,19131,BHXH-HUU,2026-11,6234567,QHTTT,BHXH-86,86,BD-86-002",
    "003155000324,Tống Thị Mỹ Yến,27/11/1955,BHXH-HUU,2026-11,3.15E+09,QHTTT,BHXH-91,91,BD-91-004",
    "003190000305,Ngô Khánh Chí,15/08/1990,BHTN-TCTN,2026-11,6120900,QBHTN,BHXH-48,48,BD-48-001",
]


def write(file_name, rows):
    path = Path(__file__).resolve().parent / file_name
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Writes the sample payment lists.")
    parser.add_argument("--rows", type=int, help="how many people the list of --out has")
    parser.add_argument("--out", help="file of a list of --rows people, instead of the samples")
    options = parser.parse_args()
    if (options.rows is None) != (options.out is None):
        parser.error("--rows and --out go together")
    if options.out:
        write_large(options.out, options.rows)
    else:
        write("danh-sach-chi-tra-mau.csv", further_rows(good_rows(), 500))
        write("danh-sach-loi-mau.csv", SPOILT_ROWS)
