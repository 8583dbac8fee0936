"""Codes are text, nest inside each other, and are those of the decree."""

from collections import Counter

from app.data import comunas, provinces, regions

# Comunas per region in Decree 1.115 of 2018.
COMUNAS_PER_REGION = {
    "01": 7,
    "02": 9,
    "03": 9,
    "04": 15,
    "05": 38,
    "06": 33,
    "07": 30,
    "08": 33,
    "09": 32,
    "10": 30,
    "11": 10,
    "12": 11,
    "13": 52,
    "14": 12,
    "15": 4,
    "16": 21,
}

# Published lists disagree on these: app/data/README.md tells how they were settled.
NUBLE = {
    "16101": "Chillán",
    "16102": "Bulnes",
    "16103": "Chillán Viejo",
    "16104": "El Carmen",
    "16105": "Pemuco",
    "16106": "Pinto",
    "16107": "Quillón",
    "16108": "San Ignacio",
    "16109": "Yungay",
    "16201": "Quirihue",
    "16202": "Cobquecura",
    "16203": "Coelemu",
    "16204": "Ninhue",
    "16205": "Portezuelo",
    "16206": "Ránquil",
    "16207": "Treguaco",
    "16301": "San Carlos",
    "16302": "Coihueco",
    "16303": "Ñiquén",
    "16304": "San Fabián",
    "16305": "San Nicolás",
}


def test_counts():
    assert (len(regions()), len(provinces()), len(comunas())) == (16, 56, 346)


def test_codes_are_unique_text_of_fixed_width_in_order():
    for places, width in ((regions(), 2), (provinces(), 3), (comunas(), 5)):
        codes = [place.code for place in places]
        assert all(len(code) == width and code.isascii() and code.isdigit() for code in codes)
        assert codes == sorted(set(codes))


def test_every_code_begins_with_its_parents_code_and_the_parent_exists():
    region_codes = {region.code for region in regions()}
    province_codes = {province.code for province in provinces()}
    for province in provinces():
        assert province.region in region_codes
        assert province.code.startswith(province.region)
    for comuna in comunas():
        assert comuna.province in province_codes
        assert comuna.code.startswith(comuna.province)


def test_comunas_per_region():
    assert Counter(comuna.code[:2] for comuna in comunas()) == COMUNAS_PER_REGION


def test_names_are_clean():
    for place in (*regions(), *provinces(), *comunas()):
        assert place.name == " ".join(place.name.split())
        assert place.name[0].isupper()
        assert not place.name.startswith("Región")


def test_names_repeat_only_within_another_level():
    assert len({comuna.name for comuna in comunas()}) == 346
    assert len({province.name for province in provinces()}) == 56


def test_nuble_has_the_codes_of_the_decree():
    found = {comuna.code: comuna.name for comuna in comunas() if comuna.code.startswith("16")}
    assert found == NUBLE


def test_spellings_that_were_chosen():
    names = {place.code: place.name for place in (*regions(), *provinces(), *comunas())}
    chosen = {
        "06": "Libertador General Bernardo O'Higgins",
        "11": "Aysén del General Carlos Ibáñez del Campo",
        "112": "Aysén",
        "11101": "Coyhaique",
        "11302": "O'Higgins",
        "05402": "Cabildo",
        "12202": "Antártica",
        "13118": "Macul",
        "13303": "Tiltil",
        "16": "Ñuble",
    }
    assert {code: names[code] for code in chosen} == chosen
