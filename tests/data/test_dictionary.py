"""data/datapackage.json: valid for Frictionless, complete, and enforced."""

import csv
import warnings
from functools import cache

import pytest

from correll2004.data import adtte, dictionary, table1, validation
from correll2004.data.faults import DataError
from correll2004.paths import DATA

RESOURCES = [resource["name"] for resource in dictionary.load().resources.values()]
FIELDS = [(name, column) for name in RESOURCES for column in dictionary.fields(name)]
PARSED = ["patients", "cycles", "adtte"]
# They locate the source themselves.
PROVENANCE = {"SRCDOM", "SRCSEQ", "SRCVAR", "SRCVAL"}


def stored(name):
    """The rows of a resource's file, every cell a string."""
    path = DATA / dictionary.resource(name)["path"]
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- Frictionless -----------------------------------------------------------------


@pytest.fixture(scope="module")
def frictionless():
    """The library; its dependencies warn at import."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import frictionless

        return frictionless


def test_frictionless_finds_the_package_and_all_data_valid(frictionless):
    report = frictionless.Package(str(DATA / "datapackage.json")).validate()
    assert report.flatten(["type", "rowNumber", "fieldName", "note"]) == []
    assert [task.name for task in report.tasks] == RESOURCES
    rows = {task.name: task.stats["rows"] for task in report.tasks}
    assert rows == {name: len(stored(name)) for name in RESOURCES}


def test_frictionless_finds_a_cell_that_breaks_the_dictionary(frictionless, tmp_path):
    """So that the test above could fail: an export with a negative time."""
    for path in [DATA / "datapackage.json", *(DATA / each["path"] for each in resources())]:
        target = tmp_path / path.relative_to(DATA)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    target = tmp_path / dictionary.resource("cycles")["path"]
    text = target.read_text(encoding="utf-8")
    target.write_text(text.replace("1.25,0,in_remission", "-1.25,0,in_remission", 1))
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert report.flatten(["type", "rowNumber", "fieldName"]) == [
        ["constraint-error", 2, "relief_months"]
    ]


def resources():
    return dictionary.load().resources.values()


def test_every_data_file_is_in_the_dictionary_and_no_other():
    files = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*.csv")}
    assert {resource["path"] for resource in resources()} == files


# --- completeness -----------------------------------------------------------------


@pytest.mark.parametrize("name", RESOURCES)
def test_columns_stand_in_the_file_in_the_order_of_the_dictionary(name):
    assert list(stored(name)[0]) == list(dictionary.fields(name))


@pytest.mark.parametrize(("name", "column"), FIELDS)
def test_every_column_has_a_type_and_a_description_that_is_a_sentence(name, column):
    field = dictionary.fields(name)[column]
    assert field["type"] in {"string", "integer", "number", "boolean"}
    assert len(field["description"]) > 3
    assert field["description"].endswith(".")


def test_every_column_of_table_1_names_the_printed_column():
    for field in dictionary.fields("table1").values():
        assert field["source"].startswith("Correll et al. 2004, Table 1, column ")


@pytest.mark.parametrize("name", PARSED)
def test_every_parsed_column_names_the_column_it_was_read_from(name):
    sources = {
        column: field.get("source")
        for column, field in dictionary.fields(name).items()
        if column not in PROVENANCE
    }
    assert set(sources.values()) <= set(dictionary.fields("table1"))


def test_every_quantity_has_a_unit():
    """Numbers that count or measure; not identifiers, ordinals and indicators."""
    identifiers = {"patient", "SUBJID", "cycle", "event", "CNSR", "order"}
    without = [
        (name, column)
        for name, column in FIELDS
        if dictionary.fields(name)[column]["type"] in {"integer", "number"}
        and "unit" not in dictionary.fields(name)[column]
        and column not in identifiers
    ]
    assert without == []


@pytest.mark.parametrize("name", ["table1", *PARSED, "claims"])
def test_every_column_with_few_allowed_values_explains_each(name):
    for column, field in dictionary.fields(name).items():
        allowed = field.get("constraints", {}).get("enum")
        if allowed:
            assert list(map(str, sorted(allowed))) == sorted(field["codes"]), column


CODED = [(name, column) for name, column in FIELDS if "codes" in dictionary.fields(name)[column]]


@pytest.mark.parametrize(("name", "column"), CODED)
def test_every_code_in_the_data_is_explained(name, column):
    assert occurring(name, column) <= set(dictionary.fields(name)[column]["codes"])


# A verdict may be possible and not occur.
@pytest.mark.parametrize(
    ("name", "column"), [pair for pair in CODED if not pair[0].startswith("claims")]
)
def test_every_explained_code_occurs_in_the_data(name, column):
    assert occurring(name, column) >= set(dictionary.fields(name)[column]["codes"])


def occurring(name, column):
    """The codes that stand in a column, lists taken apart."""
    cells = filter(None, (row[column] for row in stored(name)))
    return {code for cell in cells for code in cell.split(dictionary.LIST_SEPARATOR)}


# --- enforcement ------------------------------------------------------------------


@cache
def frame(name):
    """A resource as the package holds it in memory."""
    data = table1.read()
    if name == "table1":
        return data.raw
    if name == "adtte":
        whole = adtte.frame(data, {"R1": table1.repaired(data, "R1", table1.read_repairs())})
        return dictionary.load().in_order(whole, name)
    if name in PARSED:
        return getattr(data, name)
    if name in ("claims", "statements", "divergences", "software_rules", "appraisal", "retold"):
        return validation.read_strings(DATA / f"{name}.csv", list(dictionary.fields(name)))
    return table1.read_repairs()


ENFORCED = [*PARSED, "table1", "claims", "statements", "divergences", "repairs"]
ENFORCED += ["software_rules", "appraisal", "retold"]


@pytest.mark.parametrize("name", ENFORCED)
def test_the_data_break_no_constraint(name):
    assert list(validation.broken_rules(frame(name), dictionary.load(), name)) == []


def violations():
    """A value for every constraint in the dictionary that breaks it."""
    for name in ENFORCED:
        for column, field in dictionary.fields(name).items():
            for rule, limit in field.get("constraints", {}).items():
                if rule == "required" and limit:
                    yield name, column, rule, None
                elif rule == "unique" and limit:
                    yield name, column, rule, "the next row's"
                elif rule == "minimum":
                    yield name, column, rule, limit - 1
                elif rule == "maximum":
                    yield name, column, rule, limit + 1
                elif rule == "enum":
                    yield name, column, rule, 99 if isinstance(limit[0], int) else "?"
                elif rule == "pattern":
                    yield name, column, rule, "?"
                    yield name, column, rule, "a good one and a line end"
                else:
                    raise AssertionError(f"no violation known for {rule}")
            if (
                field["type"] == "string"
                and "codes" in field
                and "enum" not in field["constraints"]
            ):
                yield name, column, "codes", "unheard_of"


@pytest.mark.parametrize(("name", "column", "rule", "value"), list(violations()))
def test_a_broken_constraint_is_caught(name, column, rule, value):
    whole = frame(name)
    if rule == "unique":
        value = whole[column].iloc[1]
    if value == "a good one and a line end":
        value = whole[column].dropna().iloc[0] + "\n"
    broken = whole.astype({column: object})
    broken.loc[broken.index[0], column] = value
    found = list(validation.broken_rules(broken, dictionary.load(), name))
    assert (broken.index[0], column) in {(index, where) for index, where, _, _ in found}
    assert {where for _, where, _, _ in found} == {column}


def test_a_frame_with_other_columns_is_refused(printed):
    with pytest.raises(DataError, match="are not the columns of patients"):
        list(
            validation.broken_rules(
                printed.patients.drop(columns="age_years"), dictionary.load(), "patients"
            )
        )


def test_a_resource_that_the_dictionary_has_not_is_refused_by_name():
    with pytest.raises(DataError, match=r"datapackage\.json: 'table9' is not among its resources"):
        dictionary.resource("table9")


# --- a damaged dictionary ---------------------------------------------------------

TEXT = dictionary.PATH.read_text(encoding="utf-8")
# Of the field cycles.relief_months.
MAXIMUM = '"maximum": 84'


def faults(path, content):
    """The faults for which a dictionary is refused."""
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        dictionary.read(path)
    assert {fault.file for fault in error.value.faults} == {"datapackage.json"}
    return [(fault.row, fault.column, fault.value, fault.rule) for fault in error.value.faults]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "datapackage.json"


@pytest.mark.parametrize(
    ("content", "row", "rule"),
    [
        (b"", 1, "is not valid JSON: Expecting value"),
        (TEXT[:5000].encode(), TEXT[:5000].count("\n") + 1, "is not valid JSON: "),
        (b"[" * 100_000, 0, "is not valid JSON: "),
        (
            TEXT.replace(MAXIMUM, f"{MAXIMUM}, {MAXIMUM}0").encode(),
            0,
            "a key appears twice: maximum",
        ),
        (TEXT.encode("utf-16"), 1, "is not UTF-8"),
    ],
    ids=["empty", "cut off", "nested", "a key twice", "UTF-16"],
)
def test_a_dictionary_that_is_not_valid_json_is_refused(content, row, rule, path):
    ((at, _, _, found),) = faults(path, content)
    assert at == row
    assert rule in found


@pytest.mark.parametrize(
    ("old", "new", "column", "value", "rule"),
    [
        (
            MAXIMUM,
            '"maximun": 84',
            "cycles.relief_months",
            "maximun",
            "is not a key that the data dictionary knows",
        ),
        (
            MAXIMUM,
            '"maximum": "84"',
            "cycles.relief_months",
            "84",
            "is not valid as maximum: it must be a number",
        ),
        (
            '"^[1-9][0-9]*$"',
            '"^[1-9"',
            "table1.patient",
            "^[1-9",
            "is not a valid regular expression",
        ),
        ('"resources"', '"resource"', "-", "resources", "must be a list that is not empty"),
        ('"schema"', '"scheme"', "table1", "schema", "is missing, but required"),
        ('"name": "sex",', '"name": "region",', "table1", "region", "appears twice"),
        ('"name": "claims"', '"name": "adtte"', "-", "adtte", "appears twice"),
        ('"name": "claims"', '"name": "claims\\n"', "-", "claims\n", "must be a name of letters"),
        (
            '"type": "boolean"',
            '"type": "yes/no"',
            "patients.",
            "yes/no",
            "must be one of string, integer",
        ),
        (
            '"USUBJID",\n     "PARAMCD"',
            '"USUBJID",\n     "PARAM_CD"',
            "adtte",
            "PARAM_CD",
            "is in the primary key, but is not a column",
        ),
    ],
)
def test_a_dictionary_with_a_part_amiss_is_refused_at_its_place(
    old, new, column, value, rule, path
):
    """A misspelt constraint would be no constraint."""
    found = faults(path, TEXT.replace(old, new, 1).encode())
    assert any(
        place.startswith(column) and part == value and rule in why for _, place, part, why in found
    )


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (
            '"name": "infusion_days",\n      "type": "number"',
            '"name": "days",\n      "type": "number"',
            "are not the columns of cycles",
        ),
        (
            '"source": "infusion_days"',
            '"source": "days"',
            "is a column of cycles with no column of table1 as its source",
        ),
    ],
)
def test_a_dictionary_that_does_not_fit_the_package_is_refused(old, new, rule, path):
    assert TEXT.count(old) == 1
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=f"datapackage.json: .* {rule}"):
        table1.read_file(rules=dictionary.read(path))


def test_an_export_of_a_column_that_does_not_exist_is_refused(printed):
    with pytest.raises(DataError, match="'event' is a column of cycles that is not computed"):
        dictionary.load().in_order(printed.cycles.drop(columns="event"), "cycles")
    assert list(dictionary.load().in_order(printed.cycles, "cycles")) == list(
        dictionary.fields("cycles")
    )
