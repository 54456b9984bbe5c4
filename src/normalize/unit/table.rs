//! The data of the unit list. Spellings are folded (lower case, ё = е); blanks and dots in them do not count.

/// Units that stand alone: id and spellings.
pub(super) const WHOLE: [(&str, &str); 13] = [
    ("percent", "%|процент|процента|процентов|проценты|в процентах|в %|percent|per cent"),
    ("percentage points", "п.п.|процентных пунктов|процентный пункт|процентных пункта|процентного пункта|percentage points"),
    ("CNY 100 million", "cny 100 million|100 million cny|100 million yuan|亿元"),
    ("USD 100 million", "usd 100 million|100 million usd|100 million us dollars|亿美元"),
    ("CNY 10 thousand", "cny 10 thousand|万元"),
    ("USD million", "usd 1 million|us$ million|us$ 1 million|百万美元"),
    ("roubles per tonne", "рублей за тонну|руб. за тонну|руб/т|рублей/т"),
    (
        "thousand cubic metres in solid volume",
        "тыс. плотных м3|тыс. плотных куб. м|тыс. пл. м3|thousand cubic metres in solid volume",
    ),
    ("index points", "пунктов|пункты|баллов|index points"),
    ("times", "раз|раза|в разах|times"),
    ("years", "years"),
    ("megawatts", "мвт|мегаватт|mw|megawatts"),
    ("exajoules", "эдж|эксаджоулей|exajoules|ej"),
];

/// Scales: the word in an id and spellings.
pub(super) const SCALES: [(&str, &str); 4] = [
    ("thousand", "тыс.|тысяча|тысячи|тысяч|th.|thsd.|thsnd.|thousand|thou."),
    ("million", "млн|миллион|миллиона|миллионов|миллионы|mln|mn|million"),
    ("billion", "млрд|миллиард|миллиарда|миллиардов|миллиарды|bln|bn|billion"),
    ("trillion", "трлн|триллион|триллиона|триллионов|trln|trn|trillion"),
];

/// Bases that take a scale: the word in a scaled id, the id without scale, spellings. Currencies come first in an id.
pub(super) const BASES: [(&str, &str, &str); 34] = [
    ("RUB", "RUB", "рублей|рубля|рубль|руб.|₽|rubles|roubles|ruble|rouble|rub"),
    ("USD", "USD", "долларов сша|доллар сша|доллара сша|долл. сша|долл.|$|us dollars|us$|usd"),
    ("EUR", "EUR", "евро|euro|euros|eur"),
    ("CNY", "CNY", "юаней|юань|юаня|китайских юаней|yuan|cny|rmb"),
    ("tonnes", "tonnes", "тонн|тонна|тонны|т|tonnes|metric tons|tons|t"),
    ("tonnes of reference fuel", "tonnes of reference fuel", "т условного топлива|тонн условного топлива|т у.т.|т усл. топлива"),
    (
        "tonnes of oil equivalent",
        "tonnes of oil equivalent",
        "т н.э.|тонн н.э.|тонн нефтяного эквивалента|tonnes of oil equivalent|toe",
    ),
    ("kilograms", "kilograms", "кг|килограмм|килограммов|kilograms|kg"),
    ("grams", "grams", "г|грамм|граммов"),
    ("carats", "carats", "карат|каратов|carats"),
    (
        "cubic metres",
        "cubic metres",
        "м3|м 3|куб. м|куб. метров|кубических метров|кубический метр|кубометров|cubic metres|cubic meters|cu. m|m3",
    ),
    (
        "square metres",
        "square metres",
        "м2|кв. м|кв. метров|квадратных метров|квадратный метр|square metres|square meters|sq. m|m2",
    ),
    ("standard square metres", "standard square metres", "условных м2|усл. м2|условных кв. м"),
    ("square decimetres", "square decimetres", "дм2|кв. дм|квадратных дециметров"),
    ("metres", "metres", "м|метров|пог. м|погонных метров"),
    ("kilometres", "kilometres", "км|километров|километр|km"),
    ("kilometres of standard pipes", "kilometres of standard pipes", "км условных труб|км усл. труб"),
    ("tonne-kilometres", "tonne-kilometres", "т-км|ткм|т·км|тонно-километров|тонна-километров"),
    ("pieces", "pieces", "штук|штука|штуки|шт.|единиц|единица|единицы|ед.|pieces|units|pcs"),
    ("pairs", "pairs", "пар|пара|пары|pairs"),
    ("sections", "sections", "секций|секция"),
    ("standard cans", "standard cans", "условных банок|усл. банок|банок усл.|условная банка"),
    ("standard bricks", "standard bricks", "условных кирпичей|усл. кирпичей|шт. усл. кирпича|штук условного кирпича"),
    ("standard slates", "standard slates", "условных плиток|усл. плиток"),
    ("standard bars", "standard bars", "условных кусков|усл. кусков"),
    ("half-litres", "half-litres", "полулитров|полулитр"),
    ("litres", "litres", "л|литров|литр|litres"),
    ("decalitres", "decalitres", "дкл|дал|декалитров"),
    ("kilowatts", "kilowatts", "квт|киловатт|kw"),
    ("kilowatt-hours", "kilowatt-hours", "квт·ч|квт-ч|квт.ч|квтч|квт-час|киловатт-часов|киловатт-час|kwh"),
    ("gigacalories", "gigacalories", "гкал|гигакалорий|gcal"),
    ("persons", "persons", "человек|человека|чел.|persons|people"),
    ("barrels", "barrels", "баррелей|баррель|барр.|barrels|bbl"),
    ("barrels per day", "barrels per day", "баррелей в сутки|баррелей в день|барр./сут.|barrels per day|b/d|bpd"),
];
