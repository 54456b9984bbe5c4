//! Tables of patterns against texts as they stand in documents.

use super::*;
use crate::normalize::label::{fold, split_marks};
use crate::normalize::period::base_holds;
use proptest::prelude::*;

fn names() -> Names {
    let list = |entries: &[(&str, &str)]| entries.iter().map(|(p, v)| (Pattern::parse(p).unwrap(), v.to_string())).collect();
    Names::from([
        ("direction".to_string(), list(&[("вырос*", "+"), ("увеличил*", "+"), ("снизил*", "-"), ("сократил*", "-")])),
        ("age".to_string(), list(&[("в возрасте 15-72 лет", "15-72"), ("в возрасте 15 лет и старше", "15plus")])),
        ("region".to_string(), list(&[("Российская Федерация", "ru"), ("*г. Москва", "moscow")])),
        ("activity".to_string(), list(&[("Индекс промышленного производства", "bcde"), ("*Добыча полезных ископаемых*", "b")])),
        ("flow".to_string(), list(&[("ЭК", "export"), ("X", "export"), ("M", "import")])),
        ("okato".to_string(), list(&[("643", "ru"), ("643004.АГ", "ru-without-new")])),
    ])
}

/// The fields as text, sorted by name; `-` where nothing matches.
fn said(fields: Option<Fields>) -> String {
    let Some(fields) = fields else { return "-".to_string() };
    let known =
        ["year", "month", "quarter", "half", "ytd", "date", "days", "unit", "value", "year'", "month'", "quarter'", "ytd'"];
    let all = known.iter().map(|n| n.to_string()).chain(fields.own.keys().cloned());
    all.filter_map(|n| fields.get(&n).map(|v| format!("{n}={v}"))).collect::<Vec<_>>().join(" ")
}

fn read(pattern: &str, text: &str) -> String {
    let (label, _) = split_marks(text);
    said(Pattern::parse(pattern).unwrap().matches(&fold(&label), &names()))
}

#[test]
fn whole_texts() {
    let cases = [
        ("*", "", ""),
        ("*в % к предыдущему месяцу*", "Индексы производства ОКВЭД2\n( в % к предыдущему месяцу)1)", ""),
        ("*в % к предыдущему кварталу*", "(в % к предыдущему кварталу)", ""),
        ("Индексы к пред* месяцу", "Индексы к пред месяцу", ""),
        ("Индексы к соотв* месяцу", "Индексы к соотв периоду", "-"),
        ("Код*ОКВЭД2", "Код вида деятельности по ОКВЭД2", ""),
        ("Код ОКВЭД2", "Код  ОКВЭД2 ", ""),
        ("{item:code}", "BCDE ", "item=bcde"),
        ("{item:code}", "05.1", "item=05.1"),
        ("{item:code}", "ВСЕ", "item=bce"),
        ("{item:code}", "Добыча угля", "-"),
        ("{no:code}. *", "1.2. Индекс промышленного производства", "no=1.2"),
        ("{region_code:code} - *", "45000 - MOSCOW", "region_code=45000"),
        ("Обновлено: {date}", "Обновлено: 06.02.2026 г.", "date=2026-02-06"),
        ("Обновлено: {date}", "Обновлено: 06.02.206 г.", "-"),
        ("Обновлено {date}", "Обновлено 20.02.2019", "date=2019-02-20"),
        ("Дата последнего обновления: {date}*", "Дата последнего обновления: 11 ноября 2020 года.", "date=2020-11-11"),
        ("{date}", "2026/04/08", "date=2026-04-08"),
        ("{date}", "25.04.2020", "date=2020-04-25"),
        ("{date}", "2020-04-25", "date=2020-04-25"),
        ("{date}", "31.02.2020", "-"),
        ("{year}", "2017", "year=2017"),
        ("{year}", "2017.0", "year=2017"),
        ("{year}", "2017.5", "-"),
        ("{year}", "2022 2", "year=2022"),
        ("{year}", "20142)", "year=2014"),
        ("{year}", "20152),3)", "year=2015"),
        ("{year}", "2024²", "year=2024"),
        ("{year}", "2025 год²", "year=2025"),
        ("{year}", "2019 г.", "year=2019"),
        ("{year}", "2009-19", "-"),
        ("{year}", "1899", "-"),
        ("{month}", "октябрь²", "month=10"),
        ("{month}", "декабрь³", "month=12"),
        ("{month}", "июль ", "month=7"),
        ("{month}", "Янв.", "month=1"),
        ("{month}", "Янв-фев.", "-"),
        ("*{month}", "Янв-фев.", "-"),
        ("{month}", "3", "month=3"),
        ("{month}", "1- to-3", "-"),
        ("{month}", "13", "-"),
        ("{month}/{year}", "05/2013", "year=2013 month=5"),
        ("{month} *", "Янв. Jan.", "month=1"),
        ("{ytd} *", "Янв-фев. Jan-Feb", "ytd=2"),
        ("{ytd} *", "Янв-cент. Jan-Sept", "ytd=9"),
        ("{ytd} *", "Янв. Jan.", "ytd=1"),
        ("{ytd} *", "I полугод. I half", "ytd=6"),
        ("{ytd}", "Янв-фев. Jan-Feb", "ytd=2"),
        ("{ytd}", "январь-февраль", "ytd=2"),
        ("{ytd}", "январь-декабрь3)", "ytd=12"),
        ("{ytd}", "Январь – июль", "ytd=7"),
        ("{ytd}", "1- to-3", "ytd=3"),
        ("{ytd}", "февраль", "-"),
        ("{ytd}", "1", "-"),
        ("{ytd} Total Year-on-Year*", "1-to-3 Total Year-on-Year (±%)", "ytd=3"),
        ("{quarter}", "1 квартал ", "quarter=1"),
        ("{quarter}", "4 квартал²", "quarter=4"),
        ("{quarter}", "III кв.", "quarter=3"),
        ("{quarter}", "IV квартал", "quarter=4"),
        ("{quarter}", "Q1", "quarter=1"),
        ("{quarter}", "II", "quarter=2"),
        ("{quarter}", "I полугодие", "-"),
        ("{quarter}", "5 квартал", "-"),
        ("{quarter} {year}", "I   квартал 2019 г.", "year=2019 quarter=1"),
        (
            "{quarter} {year} ко {quarter'} {year'}*",
            "II квартал 2018 г. ко II кварталу 2017 г. (+, -)",
            "year=2018 quarter=2 year'=2017 quarter'=2",
        ),
        ("{half} {year}", "I полугодие 2020 г.", "year=2020 half=1"),
        ("I квартал*", "I квартал I quarter", ""),
        (
            "{month} {year} *к {month'} {year'}*",
            "Январь 2018г. (+, -) к декабрю 2017г.",
            "year=2018 month=1 year'=2017 month'=12",
        ),
        (
            "{month} {year} в % к {month'} {year'}*",
            "Октябрь 2020 г. в % к декабрю 2019 г.",
            "year=2020 month=10 year'=2019 month'=12",
        ),
        ("Уголь каменный и бурый, {unit}", "Уголь каменный и бурый, млн тонн", "unit=million tonnes"),
        (
            "Нефть обезвоженная*газовый конденсат, {unit}",
            "Нефть обезвоженная, включая газовый конденсат³ʼ⁴, млн тонн",
            "unit=million tonnes",
        ),
        ("Газ природный и попутный, {unit}", "Газ природный и попутный, млрд м3", "unit=billion cubic metres"),
        ("Фанера, {unit}", "Фанера, тыс. м³", "unit=thousand cubic metres"),
        ("({unit})", "(млн тонн)", "unit=million tonnes"),
        ("Unit: {unit}", "Unit: CNY 100 Million", "unit=CNY 100 million"),
        ("*Объем ВВП, {unit}*", "Объем ВВП1), млрд.рублей / GDP1), bln rubles", "unit=RUB billion"),
        (
            "*by Country/Region, {when:word} {year} (in CNY)",
            "(4) Imports and Exports by Country/Region, March 2026 (in CNY)",
            "year=2026 when=march",
        ),
        (
            "Численность и состав рабочей силы {age:age} (без корректировки*",
            "Численность и состав рабочей силы в возрасте 15-72 лет (без корректировки сезонных колебаний)",
            "age=15-72",
        ),
        ("{entity:region}", "Российская Федерация ", "entity=ru"),
        ("{entity:region}", "в том числе г. Москва", "entity=moscow"),
        ("{entity:region}", "Московская область", "-"),
        ("{item:activity}", "Индекс промышленного производства¹", "item=bcde"),
        ("{entity:okato}", "643004.АГ", "entity=ru-without-new"),
        ("{flow:flow}", "ЭК", "flow=export"),
        ("{item}", "любой текст", "item=любой текст"),
        ("{item}", "", "-"),
        ("{when:month}", "март", "when=3"),
        ("в % к соответствующему периоду предыдущего года*", "в % к соответствующему периоду предыдущего года / percent of", ""),
    ];
    for (pattern, text, wanted) in cases {
        assert_eq!(read(pattern, text), wanted, "{pattern:?} on {text:?}");
    }
}

#[test]
fn repeated_slots_agree() {
    for (pattern, text, wanted) in [
        ("{month} / {month}", "Янв. / Jan.", "month=1"),
        ("{month} / {month}", "Янв. / Feb.", "-"),
        ("* {item} = {item} *", "a b = b c", "item=b"),
        ("{year} *{year}", "2017 и 2018 и 2017", "year=2017"),
    ] {
        assert_eq!(read(pattern, text), wanted, "{pattern:?} on {text:?}");
    }
}

#[test]
fn prose() {
    for (pattern, text, wanted) in [
        (
            "За период {days} индекс потребительских цен* составил {value}{unit}",
            "По оценке, за период с 25 по 31 августа 2026 г. индекс потребительских цен2 составил 99,99%, с начала месяца – 99,87%.",
            "days=2026-08-25/2026-08-31 unit=percent value=99.99",
        ),
        (
            "В {month} {year} промышленное производство {sign:direction} на {value}{unit} в годовом выражении",
            "В марте 2022 г. промышленное производство выросло на 3,0% в годовом выражении",
            "year=2022 month=3 unit=percent value=3.0 sign=+",
        ),
        (
            "Уровень безработицы*в {month} {year} составил {value}{unit}",
            "Уровень безработицы в декабре 2017 г. составил 5,1%.",
            "year=2017 month=12 unit=percent value=5.1",
        ),
        ("рост {value}", "прирост 5", "-"),
    ] {
        let found = Pattern::parse(pattern).unwrap().search(&fold(text), &names());
        assert_eq!(said(found), wanted, "{pattern:?} in {text:?}");
    }
}

#[test]
fn grammars_and_their_guards() {
    for (grammar, heading, holds) in [
        ("month-vs-previous-month", "январь 2015 в % к декабрю 2014", true),
        ("month-vs-previous-month", "июль2019 в % к июню 2019", true),
        ("month-vs-previous-month", "июль 2018 в % к июню 2019", false),
        ("month-vs-previous-month", "сентябрь 2020 в % к августу 2020 1)", true),
        ("month-vs-previous-month", "июль 2018 к июню 2018", true),
        ("month-vs-same-month", "январь 2015 г. % к январю 2014 г.", true),
        ("month-vs-same-month", "август 2020 в % к августу 2020", false),
        ("month-vs-same-month", "сентябрь 2020 в % к сентябрю 2020", false),
        ("ytd-vs-same-ytd", "Январь-февраль 2015 г. в %  к январю-февралю 2014 г.", true),
        ("ytd-vs-same-ytd", "Январь-июль2019 в % к январю-июлю 2018", true),
        ("ytd-vs-same-ytd", "январь 2016 в % к январю 2015", true),
        ("ytd-vs-same-ytd", "Январь-март 2015 в % к январю-февралю 2014", false),
        ("quarter-vs-previous-quarter", "I квартал 2020 г. в % к IV кварталу 2019 г.", true),
        ("quarter-vs-same-quarter", "II квартал 2020 ко II кварталу 2019", true),
    ] {
        let (pattern, base) = Pattern::grammar(grammar).unwrap();
        let (label, _) = split_marks(heading);
        let fields = pattern.matches(&fold(&label), &names()).unwrap_or_else(|| panic!("{heading}"));
        assert_eq!(base_holds(&fields, base.unwrap()), holds, "{heading}");
    }
    assert!(Pattern::grammar("month").is_none());
    assert_eq!(read("{ytd} {year} [в] [%] к {ytd'} {year'}", "январь 2015 в % к декабрю 2014"), "-");
}

#[test]
fn mistakes() {
    for (pattern, at, part) in [
        ("{mnth}", 0, "did you mean {month}?"),
        ("x {}", 2, "without a name"),
        ("x {year", 2, "no `}`"),
        ("[в", 0, "without `]`"),
        ("в] %", 2, "without `[`"),
        ("a}", 1, "without `{`"),
        ("{unit'}", 0, "comparison base"),
        ("{year:code}", 0, "takes no kind"),
        ("{Год}", 0, "may hold"),
    ] {
        let error = Pattern::parse(pattern).unwrap_err();
        assert_eq!(error.at, at, "{pattern}");
        assert!(error.message.contains(part), "{pattern}: {}", error.message);
    }
}

#[test]
fn slots_and_anything() {
    let slots = Pattern::parse("{month} {month'} {item:code} {age:age} {note}").unwrap().slots();
    let flat: Vec<_> = slots.iter().map(|(f, k)| (f.as_str(), k.as_deref())).collect();
    let wanted = [("month", None), ("month'", None), ("item", Some("code")), ("age", Some("age")), ("note", None)];
    assert_eq!(flat, wanted);
    assert!(Pattern::parse(" * ").unwrap().is_anything());
    assert!(!Pattern::parse("a*").unwrap().is_anything() && !Pattern::parse("").unwrap().is_anything());
}

#[test]
fn pooling() {
    let mut inner = Fields::default();
    inner.set("year", "2019").unwrap();
    inner.set("unit", "млн тонн").unwrap();
    let mut outer = Fields::default();
    for (name, text) in [("year", "2018"), ("ytd", "3"), ("item", "coal"), ("month'", "12")] {
        outer.set(name, text).unwrap();
    }
    assert_eq!(inner.conflicts(&outer), Some(("year".to_string(), "2019".to_string(), "2018".to_string())));
    inner.merge_under(&outer);
    assert_eq!(said(Some(inner)), "year=2019 ytd=3 unit=million tonnes month'=12 item=coal");
    for (name, text) in
        [("month", "13"), ("year", "x"), ("unit", "furlongs"), ("date", "31.02"), ("value", "много"), ("half'", "1")]
    {
        assert!(outer.set(name, text).is_err(), "{name} {text}");
    }
}

#[test]
fn work_is_bounded() {
    let text = "а ".repeat(5_000);
    for pattern in
        ["*а*а*а*а*а*а*а*б", "[а] [а] [а] [а] [а] [а] *{x} {y} {z}*[а]*{month}б", "{x}*{x}*{x}*б", "*{v:code}*{w:word}*{value}*б"]
    {
        let pattern = Pattern::parse(pattern).unwrap();
        let (found, steps) = matcher::counted(&pattern.program, text.trim(), &names());
        assert!(found.is_none());
        let repeated = pattern.program.dependent.1 > 0;
        let limit = if repeated { matcher::MAX_STEPS + 64 } else { 30 * text.len() };
        assert!(steps <= limit, "{}: {steps}", pattern.as_str());
    }
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,60}", pattern in "[а-яa-z0-9 *\\[\\]{}:'%.-]{0,20}") {
        let folded = fold(&text);
        for known in ["{year}", "{month}*", "*{quarter}", "*{ytd}*", "{date}*", "*{days}*", "*{unit}*", "*{value}*", "{c:code}{w:word}"] {
            let known = Pattern::parse(known).unwrap();
            known.matches(&folded, &names());
            known.search(&folded, &names());
        }
        if let Ok(pattern) = Pattern::parse(&pattern) {
            pattern.matches(&folded, &names());
            pattern.search(&folded, &names());
        }
    }

    #[test]
    fn never_panics_on_likely_pieces(pieces in prop::collection::vec(prop::sample::select(vec![
        "январь", "-", " ", ".", "2020", "1", "31", "i", "квартал", "с", "по", "to", "/", "полугод", "г", "млн", "тонн", "²", "м", ",", "jan", "%"]), 0..14)) {
        let folded = fold(&pieces.concat());
        for known in ["*{year}*", "*{month}*", "*{quarter}*", "*{ytd}*", "*{date}*", "*{days}*", "*{unit}*", "*{value}*", "*{half}*"] {
            Pattern::parse(known).unwrap().matches(&folded, &names());
        }
    }
}
