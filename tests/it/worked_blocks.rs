//! The worked blocks of the built-in sources over real documents: every figure below was read by hand.

use std::path::PathBuf;
use sverka::config::Config;
use sverka::model::{Issue, Observation, Period, Reading};
use sverka::pipeline::read_document;

/// Path in the samples, source, as-of, stated date, and `series period figure-or-status unit`, or
/// `series period nothing` where no observation may stand.
type Case = (&'static str, &'static str, &'static str, Option<&'static str>, &'static [&'static str]);

const CASES: &[Case] = &[
    (
        "rosstat/ipi-by-activity-base2010/2019-03-05/ind_okved2.xlsx",
        "rosstat-ipi-activity-2010",
        "2019-03-05",
        Some("2019-02-20"),
        &["rosstat.ipi.bcde.ru.mom.m.base2010 2013-01 81.5 percent", "rosstat.ipi.bcde.ru.mom.m.base2010 2019-01 78.5 percent"],
    ),
    (
        "rosstat/ipi-by-activity-base2010/2020-06-29/ind_okved2.xlsx",
        "rosstat-ipi-activity-2010",
        "2020-06-29",
        None,
        &["rosstat.ipi.bcde.ru.mom.m.base2010 2013-01 81.5 percent", "rosstat.ipi.bcde.ru.mom.m.base2010 2019-01 78.5 percent"],
    ),
    (
        "rosstat/ipi-by-activity-base2010/2020-11-05/ind_okved2.xlsx",
        "rosstat-ipi-activity-2010",
        "2020-11-05",
        Some("2019-08-19"),
        &[
            "rosstat.ipi.bcde.ru.yoy.ytd.base2010 2016-01/2016-08 101.2 percent",
            "rosstat.ipi.bcde.ru.yoy.ytd.base2010 2019-01/2019-07 102.6 percent",
        ],
    ),
    (
        "rosstat/ipi-by-activity-base2018/2020-06-29/ind_baza_2018.xlsx",
        "rosstat-ipi-activity-2018",
        "2020-06-29",
        None,
        &["rosstat.ipi.bcde.ru.mom.m.base2018 2019-01 83.2 percent", "rosstat.ipi.bcde.ru.mom.m.base2018 2020-01 82.7 percent"],
    ),
    (
        "rosstat/ipi-by-activity-base2018/2020-11-05/ind_baza_2018.xlsx",
        "rosstat-ipi-activity-2018",
        "2020-11-05",
        None,
        &["rosstat.ipi.bcde.ru.mom.m.base2018 2019-01 83.7 percent", "rosstat.ipi.bcde.ru.yoy.m.base2018 2020-08 95.8 percent"],
    ),
    (
        "rosstat/ipi-by-activity-base2018/2021-03-29/ind_baza2018.xlsx",
        "rosstat-ipi-activity-2018",
        "2021-03-29",
        None,
        &["rosstat.ipi.bcde.ru.mom.m.base2018 2019-01 83.8 percent", "rosstat.ipi.bcde.ru.mom.m.base2018 2020-01 82.6 percent"],
    ),
    (
        "rosstat/ipi-by-activity-base2018/2021-07-30/ind-baza-2018.xlsx",
        "rosstat-ipi-activity-2018",
        "2021-07-30",
        None,
        &["rosstat.ipi.bcde.ru.mom.m.base2018 2015-01 82.6 percent", "rosstat.ipi.bcde.ru.mom.m.base2018 2021-06 101.3 percent"],
    ),
    (
        "rosstat/ipi-by-activity-quarterly/2026-02-06/ind_baza_2018_4kv-2025.xlsx",
        "rosstat-ipi-activity-quarterly",
        "2026-02-06",
        Some("2026-02-06"),
        &[
            "rosstat.ipi.bcde.ru.qoq.q.base2018 2021-Q1 89.7 percent",
            "rosstat.ipi.bcde.ru.qoq.q.base2018 2025-Q4 114.7 percent",
            "rosstat.ipi.06.ru.qoq.q.base2018 2022-Q4 103.3 percent",
            "rosstat.ipi.06.ru.qoq.q.base2018 2023-Q1 withheld percent",
            "rosstat.ipi.06.ru.qoq.q.base2018 2025-Q4 withheld percent",
            "rosstat.ipi.bcde.ru.yoy.q.base2018 2021-Q1 99.5 percent",
            "rosstat.ipi.05.1.ru.qoq.q.base2018 2022-Q1 93.1 percent",
        ],
    ),
    (
        "rosstat/ipi-by-region/2021-01-24/Ind_sub-2018.xls",
        "rosstat-ipi-region",
        "2021-01-24",
        None,
        &["rosstat.ipi.bcde.ru.yoy.m.base2018 2020-01 101.5 percent", "rosstat.ipi.bcde.ru.yoy.m.base2018 2015-01 101.3 percent"],
    ),
    (
        "rosstat/ipi-by-region/2021-03-29/ind-sub-2018.xls",
        "rosstat-ipi-region",
        "2021-03-29",
        None,
        &["rosstat.ipi.bcde.ru.yoy.m.base2018 2020-01 101.2 percent", "rosstat.ipi.bcde.ru.yoy.m.base2018 2020-12 102.1 percent"],
    ),
    (
        "rosstat/ipi-by-region/2026-02-06/ind_sub_2018_12-2025.xlsx",
        "rosstat-ipi-region",
        "2026-02-06",
        Some("2026-02-06"),
        &["rosstat.ipi.bcde.ru.yoy.m.base2018 2020-01 101.6 percent", "rosstat.ipi.bcde.ru.yoy.m.base2018 2020-12 103.7 percent"],
    ),
    (
        "rosstat/production-annual/2025-09-30/production_year_2017-2024.xlsx",
        "rosstat-production-annual",
        "2025-09-30",
        Some("2025-09-30"),
        &[
            "rosstat.output.coal.ru.level.a 2017 410 million tonnes",
            "rosstat.output.coal.ru.level.a 2024 430 million tonnes",
            "rosstat.output.oil.ru.level.a 2022 535 million tonnes",
            "rosstat.output.oil.ru.level.a 2023 withheld million tonnes",
            "rosstat.output.gas.ru.level.a 2017 691 billion cubic metres",
            "rosstat.output.plywood.ru.level.a 2024 3450 thousand cubic metres",
            "rosstat.output.soda-ash.ru.level.a 2018 3416 thousand tonnes",
            "rosstat.output.sulphuric-acid.ru.level.a 2018 13.0 million tonnes",
            "rosstat.output.tyres.ru.level.a 2018 67.5 million pieces",
            "rosstat.output.tyres.cars.ru.level.a 2024 35.4 million pieces",
            "rosstat.output.petrol.ru.level.a 2024 withheld million tonnes",
            "rosstat.output.coke.ru.level.a 2017 28.0 million tonnes",
        ],
    ),
    (
        "cbr/trade/2019-03-05/trade.xls",
        "cbr-trade",
        "2019-03-05",
        Some("2019-02-11"),
        &[
            "cbr.trade.total.ru.export.level.a.bop 2018 444008 USD million",
            "cbr.trade.total.ru.export.level.q.bop 2018-Q4 123132 USD million",
        ],
    ),
    (
        "cbr/trade/2020-06-29/trade.xls",
        "cbr-trade",
        "2020-06-29",
        Some("2020-06-11"),
        &[
            "cbr.trade.total.ru.export.level.a.bop 2018 443130 USD million",
            "cbr.trade.total.ru.export.level.m.bop 2018-12 40838 USD million",
        ],
    ),
    (
        "cbr/trade/2020-12-08/trade.xls",
        "cbr-trade",
        "2020-12-08",
        Some("2020-11-11"),
        &[
            "cbr.trade.total.ru.export.level.a.bop 2019 419851 USD million",
            "cbr.trade.total.ru.export.level.a.bop 2018 443915 USD million",
        ],
    ),
    (
        "rosstat/kep-tsv/2016-12/tab.csv",
        "rosstat-kep-tsv",
        "2017-01-31",
        None,
        &["rosstat.kep.gdp.total.ru.level.a 1999 4823 RUB billion", "rosstat.kep.gdp.total.ru.level.q 2014-Q4 21515 RUB billion"],
    ),
    (
        "rosstat/kep-tsv/2018-04/tab.csv",
        "rosstat-kep-tsv",
        "2018-05-31",
        None,
        &["rosstat.kep.ipi.bcde.ru.yoy.a 2017 101.0 percent"],
    ),
    (
        "rosstat/kep-tsv/2018-05/tab.csv",
        "rosstat-kep-tsv",
        "2018-06-29",
        None,
        &["rosstat.kep.ipi.bcde.ru.yoy.a 2017 102.1 percent"],
    ),
    (
        "rosstat/kep-tsv/2018-07/tab.csv",
        "rosstat-kep-tsv",
        "2018-08-31",
        None,
        &["rosstat.kep.ipi.bcde.ru.yoy.a 2015 99.2 percent", "rosstat.kep.ipi.bcde.ru.yoy.m 2018-07 103.9 percent"],
    ),
    (
        "cbr/xml-daily/2020-04-25/XML_daily.xml",
        "cbr-rates",
        "2020-04-25",
        None,
        &[
            "cbr.rate.usd.rub.level.d 2020-04-25 74.7163 RUB",
            "cbr.rate.cny.rub.level.d 2020-04-25 10.5493 RUB",
            "cbr.rate.aud.rub.level.d 2020-04-25 47.4374 RUB",
            "cbr.rate.jpy.rub.level.d 2020-04-25 0.694035 RUB",
        ],
    ),
    (
        "cbr/xml-daily/2022-03-15/XML_daily.xml",
        "cbr-rates",
        "2022-03-15",
        None,
        &["cbr.rate.usd.rub.level.d 2022-03-15 115.1963 RUB", "cbr.rate.cny.rub.level.d 2022-03-15 18.2218 RUB"],
    ),
    (
        "emiss/43062/2026-04-01/43062_EXCERPT.sdmx.xml",
        "emiss-43062",
        "2026-04-01",
        None,
        &[
            "emiss.unemployment-rate.15plus.ru.level.q 2017-Q1 5.5 percent",
            "emiss.unemployment-rate.15plus.ru.level.q 2017-Q3 5 percent",
            "emiss.unemployment-rate.15plus.ru.level.a 2017 5.2 percent",
            "emiss.unemployment-rate.15-72.ru.level.a 2000 10.6 percent",
            "emiss.unemployment-rate.15-72.ru.level.a 2002 7.9 percent",
        ],
    ),
    (
        "comtrade/2026-01-15/cipf_China_3.1.1_top_import_partners.xlsx",
        "comtrade-ru-cn",
        "2026-01-15",
        None,
        &[
            "comtrade.trade.total.ru.export.cn.level.a 2014 37414604118 USD",
            "comtrade.trade.total.ru.export.cn.level.a 2018 56019903783.57 USD",
            "comtrade.trade.total.ru.export.cn.level.a 2021 68679248077.44 USD",
        ],
    ),
    (
        "comtrade/2026-01-15/cipf_China_2.1.1_top_export_partners_reverse.xlsx",
        "comtrade-ru-cn",
        "2026-01-15",
        None,
        &[
            "comtrade.trade.total.ru.import.cn.level.a 2014 50853009519 USD",
            "comtrade.trade.total.ru.import.cn.level.a 2021 72693024875.22 USD",
        ],
    ),
    (
        "comtrade/2026-01-15/cipf_China_3.3_imports_products_partners_HS-AG6-2014-2025.xlsx",
        "comtrade-ru-cn",
        "2026-01-15",
        None,
        &[
            "comtrade.trade.270900.ru.export.cn.level.a 2014 21974060648 USD",
            "comtrade.trade.270900.ru.export.cn.level.a 2021 35379891164.89 USD",
        ],
    ),
    (
        "comtrade/2026-01-15/cipf_China_2.3_exports_products_partners_HS-AG6-2014-2025_reverse.xlsx",
        "comtrade-ru-cn",
        "2026-01-15",
        None,
        &["comtrade.trade.070320.ru.import.cn.level.a 2014 58076445 USD"],
    ),
    (
        "bp/2021-07-08/bp-stats-review-2021-all-data.xlsx",
        "bp-statistical-review",
        "2021-07-08",
        None,
        &[
            "bp.production.oil.ru.level.a 2018 567.9 million tonnes",
            "bp.production.oil.ru.level.a 2020 524.4 million tonnes",
            "bp.production.oil.ru.level.a 1965 no_data million tonnes",
            "bp.production.coal.ru.level.a 2019 440.9 million tonnes",
        ],
    ),
    (
        "bp/2019-06-11/bp-stats-review-2019-all-data.xlsx",
        "bp-statistical-review",
        "2019-06-11",
        None,
        &[
            "bp.production.oil.ru.level.a 2018 563.3 million tonnes",
            "bp.production.gas.world.level.a 2018 3867.9 billion cubic metres",
        ],
    ),
    (
        "rosstat/kep/2017-01-31/tab1.doc",
        "rosstat-kep",
        "2017-01-31",
        None,
        &[
            "rosstat.kep.budget-revenue.consolidated.ru.level.a 1999 1213.6 RUB billion",
            "rosstat.kep.budget-revenue.consolidated.ru.level.ytd 1999-01 49.0 RUB billion",
            "rosstat.kep.budget-revenue.consolidated.ru.level.ytd 1999-Q1 171.9 RUB billion",
            "rosstat.kep.budget-revenue.consolidated.ru.level.ytd 2002-01/2002-06 1577.1 RUB billion",
            "rosstat.kep.budget-revenue.consolidated.ru.level.a 2016 27746.7 RUB billion",
            "rosstat.kep.budget-revenue.regional.ru.level.a 1999 660.8 RUB billion",
            "rosstat.kep.budget-surplus.federal.ru.level.a 1999 -51.4 RUB billion",
            "rosstat.kep.overdue-receivables-buyers.ru.level.m 1999-01 657.8 RUB billion",
            "rosstat.kep.overdue-receivables-buyers.ru.level.m 2000-12 735.3 RUB billion",
        ],
    ),
    (
        "rosstat/socioeconomic-situation/2017-11-20/1-0.doc",
        "rosstat-osn",
        "2017-11-20",
        None,
        &[
            "rosstat.osn.ipi.ru.yoy.ytd 2017-01/2017-10 101.6 percent",
            "rosstat.osn.ipi.ru.yoy.ytd 2016-01/2016-10 101.2 percent",
            "rosstat.osn.ipi.ru.yoy.m 2016-10 101.6 percent",
            "rosstat.osn.ipi.ru.mom.m 2016-10 106.6 percent",
            "rosstat.osn.agriculture.ru.level.m 2017-10 733.8 RUB billion",
            "rosstat.osn.wage.nominal.ru.level.m 2017-10 38275 RUB",
            "rosstat.osn.agriculture.ru.level.m 2016-10 nothing",
            "rosstat.osn.agriculture.ru.level.m 2017-09 nothing",
        ],
    ),
    (
        "rosstat/press-release-2018/2018-09-02/13.htm",
        "gks-press-release",
        "2018-09-02",
        None,
        &[
            "rosstat.labour.labour-force.15-72.ru.level.q 2017-Q4 76314 thousand persons",
            "rosstat.labour.employed.15-72.ru.level.m 2017-11 72335 thousand persons",
            "rosstat.labour.unemployed.15-72.ru.level.m 2016-12 4103 thousand persons",
            "rosstat.labour.unemployment-rate.15-72.ru.level.m 2017-12 5.1 percent",
            "rosstat.labour.unemployment-rate-text.ru.level.m 2017-12 5.1 percent",
        ],
    ),
    (
        "rosstat/press-release-2018/2018-09-02/57.htm",
        "gks-press-release",
        "2018-09-02",
        None,
        &[
            "rosstat.labour.labour-force.15plus.ru.level.m 2018-01 75846 thousand persons",
            "rosstat.labour.labour-force.15plus.ru.level.m 2017-02 75649 thousand persons",
            "rosstat.labour.unemployment-rate-text.ru.level.m 2018-02 5.0 percent",
        ],
    ),
    (
        "rosstat/press-release-2018/2018-09-02/122.htm",
        "gks-press-release",
        "2018-09-02",
        None,
        &[
            "rosstat.labour.labour-force.15plus.ru.level.q 2018-Q1 75901 thousand persons",
            "rosstat.labour.unemployment-rate.15plus.ru.level.m 2018-05 4.7 percent",
        ],
    ),
    (
        "cbr/reserves/2020-12-08/reserves.html",
        "cbr-reserves",
        "2020-12-08",
        None,
        &[
            "cbr.reserves.total.ru.level.m 2020-12-01 582676 USD million",
            "cbr.reserves.total.ru.level.m 2019-12-01 542029 USD million",
            "cbr.reserves.gold.ru.level.m 2020-01-01 110376 USD million",
            "cbr.reserves.fx.ru.level.m 2020-02-01 446488 USD million",
            "cbr.reserves.gold.ru.level.m 2019-12-01 105896 USD million",
            "cbr.reserves.imf-position.ru.level.m 2020-12-01 5175 USD million",
        ],
    ),
    (
        "gacc/2026-04-08/release_section4_by_country_mar2026_cny.html",
        "gacc-by-country",
        "2026-04-08",
        Some("2026-04-08"),
        &[
            "gacc.trade.total.cn.total.ru.level.m.cny 2026-03 1535.4 CNY 100 million",
            "gacc.trade.total.cn.total.ru.level.ytd.cny 2026-Q1 4280.4 CNY 100 million",
            "gacc.trade.total.cn.export.ru.level.m.cny 2026-03 649.8 CNY 100 million",
            "gacc.trade.total.cn.import.ru.level.ytd.cny 2026-Q1 2347.6 CNY 100 million",
            "gacc.trade.total.cn.import.ru.growth.ytd.cny 2026-Q1 6.5 percent",
        ],
    ),
    (
        "rosstat/cpi/2020-12-08/i_ipc.xlsx",
        "rosstat-cpi",
        "2020-12-08",
        None,
        &[
            "rosstat.cpi.all.ru.mom.m 1991-01 106.20 percent",
            "rosstat.cpi.all.ru.mom.m 1992-01 345.30 percent",
            "rosstat.cpi.all.ru.mom.m 2019-12 100.36 percent",
            "rosstat.cpi.all.ru.mom.m 2020-10 100.43 percent",
            "rosstat.cpi.all.ru.mom.m 2020-12 blank percent",
            "rosstat.cpi.all.ru.dec.m 1992-12 2608.84 percent",
            "rosstat.cpi.all.ru.dec.m 2019-12 103.04 percent",
            "rosstat.cpi.all.ru.dec.m 2020-10 103.32 percent",
            "rosstat.cpi.all.ru.dec.m 2020-12 nothing",
            "rosstat.cpi.all.ru.dec.m 2019-10 nothing",
        ],
    ),
    (
        "rosstat/kep-xlsx/2021-01-23/1-07.xlsx",
        "rosstat-kep-xlsx",
        "2021-01-23",
        None,
        &[
            "rosstat.kep.construction.ru.level.a 1999 307.8 RUB billion",
            "rosstat.kep.construction.ru.level.q 1999-Q4 96.4 RUB billion",
            "rosstat.kep.construction.ru.level.m 2002-01 39.2 RUB billion",
            "rosstat.kep.construction.ru.level.a 2019 9132.1 RUB billion",
            "rosstat.kep.construction.ru.level.m 2020-11 904.4 RUB billion",
            "rosstat.kep.construction.ru.level.a 2020 nothing",
            "rosstat.kep.construction.ru.level.m 2020-12 nothing",
            "rosstat.kep.construction.ru.yoy.a 2014 97.7 percent",
            "rosstat.kep.construction.ru.yoy.m 2018-01 115.2 percent",
            "rosstat.kep.construction.ru.pop.m 2014-01 33.8 percent",
            "rosstat.kep.construction.ru.pop.q 2020-Q3 122.6 percent",
            "rosstat.kep.construction.ru.pop.a 2019 nothing",
        ],
    ),
    (
        "rosstat/kep-xlsx/2021-02-13/1-07.xlsx",
        "rosstat-kep-xlsx",
        "2021-02-13",
        None,
        &[
            "rosstat.kep.construction.ru.level.a 2019 9132.2 RUB billion",
            "rosstat.kep.construction.ru.level.a 2020 9497.8 RUB billion",
            "rosstat.kep.construction.ru.level.m 2020-11 881.9 RUB billion",
            "rosstat.kep.construction.ru.yoy.a 2019 102.1 percent",
            "rosstat.kep.construction.ru.pop.q 2014-Q1 51.2 percent",
            "rosstat.kep.construction.ru.pop.m 2020-12 141.0 percent",
        ],
    ),
    (
        "rosstat/kep-xlsx/2021-02-13/1-11.xlsx",
        "rosstat-kep-xlsx",
        "2021-02-13",
        None,
        &[
            "rosstat.kep.budget-surplus.consolidated.ru.level.a 1999 -44.4 RUB billion",
            "rosstat.kep.budget-surplus.consolidated.ru.level.ytd 1999-01 3.4 RUB billion",
            "rosstat.kep.budget-surplus.consolidated.ru.level.ytd 2014-Q1 528.4 RUB billion",
            "rosstat.kep.budget-surplus.consolidated.ru.level.ytd 2019-01/2019-09 3993.5 RUB billion",
            "rosstat.kep.budget-surplus.consolidated.ru.level.ytd 2020-01 367.8 RUB billion",
            "rosstat.kep.budget-surplus.consolidated.ru.level.a 2020 nothing",
            "rosstat.kep.budget-surplus.consolidated.ru.level.m 1999-01 nothing",
            "rosstat.kep.budget-surplus.consolidated.ru.gdp-share.a 2018 2.9 percent",
            "rosstat.kep.budget-surplus.consolidated.ru.gdp-share.ytd 2020-01/2020-06 -4.5 percent",
            "rosstat.kep.budget-surplus.consolidated.ru.gdp-share.ytd 1999-01 nothing",
        ],
    ),
    (
        "rosstat/ppi-regional/2016-03-01/ppi-2009-2015.xlsm",
        "rosstat-ppi-regional",
        "2016-03-01",
        None,
        &[
            "rosstat.ppi.cde.ru.dec.m.okved1 2009-01 96.6 percent",
            "rosstat.ppi.cde.ru.dec.m.okved1 2010-10 110.7 percent",
            "rosstat.ppi.cde.ru.dec.m.okved1 2015-12 110.7 percent",
            "rosstat.ppi.cde.ru.dec.m.okved1 2016-01 98.8 percent",
            "rosstat.ppi.cde.nenets.dec.m.okved1 2009-07 532.7 percent",
            "rosstat.ppi.cde.north-caucasian-fd.dec.m.okved1 2009-12 no_data percent",
            "rosstat.ppi.cde.north-caucasian-fd.dec.m.okved1 2010-01 102.3 percent",
            "rosstat.ppi.cde.tyumen-without-okrugs.dec.m.okved1 2013-11 blank percent",
            "rosstat.ppi.cde.tyumen-without-okrugs.dec.m.okved1 2013-12 89.9 percent",
            "rosstat.ppi.cde.sevastopol.dec.m.okved1 2015-12 126.8 percent",
        ],
    ),
    (
        "rosstat/ipi-annual-okved1/2017-01-01/indeks-proizvodstva.xlsx",
        "rosstat-ipi-annual-okved1",
        "2017-01-01",
        Some("2022-06-09"),
        &[
            "rosstat.ipi.cde.ru.yoy.a.okved1 1992 84.0 percent",
            "rosstat.ipi.cde.ru.yoy.a.okved1 2009 89.3 percent",
            "rosstat.ipi.cde.ru.yoy.a.okved1 2016 101.1 percent",
            "rosstat.ipi.ca.ru.yoy.a.okved1 1992 94.7 percent",
            "rosstat.ipi.cb.ru.yoy.a.okved1 1999 115.5 percent",
            "rosstat.ipi.dl.ru.yoy.a.okved1 2003 143.2 percent",
            "rosstat.ipi.e.ru.yoy.a.okved1 2016 101.5 percent",
        ],
    ),
];

/// The samples, or `None` where none are at hand.
fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("SVERKA_SAMPLES").map(PathBuf::from);
    assert!(folder.is_some() || std::env::var_os("CI").is_none(), "CI needs SVERKA_SAMPLES");
    if folder.is_none() {
        println!("skipped: no samples");
    }
    folder
}

/// A document as the source of this id reads it, checked.
fn read(config: &Config, bytes: &[u8], source: &str, as_of: &str) -> Result<Reading, String> {
    let source = config.source(source).ok_or("no such source")?;
    let reading = read_document(source, bytes, as_of.parse().map_err(|_| "as-of")?);
    reading.map_err(|error| format!("{}: {error}", error.code()))
}

fn shown(observation: &Observation) -> String {
    let value = observation.value.map_or(observation.status.to_string(), |value| value.to_string());
    format!("{} {} {value} {}", observation.series, observation.period, observation.unit)
}

#[test]
fn every_worked_figure_comes_out() {
    let Some(folder) = samples() else { return };
    let config = Config::builtin().unwrap();
    for (path, source, as_of, stated, figures) in CASES {
        let bytes = std::fs::read(folder.join(path)).unwrap();
        let reading = read(&config, &bytes, source, as_of).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(reading.published.map(|date| date.to_string()).as_deref(), *stated, "{path}");
        for figure in *figures {
            let words: Vec<&str> = figure.split(' ').collect();
            let period: Period = words[1].parse().unwrap();
            let same = |o: &&Observation| o.series.as_str() == words[0] && o.period == period;
            let found = reading.observations.iter().find(same).map(shown);
            let wanted = figure.replacen(words[1], &period.to_string(), 1);
            let wanted = (words[2] != "nothing").then_some(wanted.as_str());
            assert_eq!(found.as_deref(), wanted, "{path}: {figure}");
        }
        let told = ["unknown_row", "unknown_heading", "corrected", "footnote_moved_period"];
        // Two readings of a mark glued to a figure are reported, and neither is taken.
        let glued = |issue: &Issue| issue.code == "unreadable_value" && issue.seen.contains("a glued mark");
        let guards: Vec<_> = reading.issues.iter().filter(|issue| !told.contains(&issue.code) && !glued(issue)).collect();
        assert!(guards.is_empty(), "{path}: {guards:?}");
    }
}

#[test]
fn an_error_page_is_refused() {
    let Some(folder) = samples() else { return };
    let bytes = std::fs::read(folder.join("rosstat/ipi-by-activity-base2018/2020-08-31/ind_baza_2018.xlsx")).unwrap();
    assert!(read(&Config::builtin().unwrap(), &bytes, "rosstat-ipi-activity-2018", "2020-08-31").is_err());
}

#[test]
fn pages_without_figures_are_refused_by_what_they_are() {
    let Some(folder) = samples() else { return };
    let config = Config::builtin().unwrap();
    for (path, source, code, words) in [
        (
            "gacc/2018-02-08/release_section4_by_country_jan2018_cny.html",
            "gacc-by-country",
            "image_only",
            "the table is an image",
        ),
        ("gacc/2026-04-08/seed_2026.html", "gacc-by-country", "layout_unknown", "no table matches"),
        ("gacc/2026-04-08/release_section4_by_country_mar2026_cny.html", "cbr-reserves", "layout_unknown", "no table matches"),
        ("rosstat/ipi-by-activity-base2018/2020-08-31/ind_baza_2018.xlsx", "cbr-reserves", "forbidden_page", "403"),
        ("cbr/reserves/2020-12-08/reserves.html", "cbr-trade", "soft_404", "OLE2"),
    ] {
        let bytes = std::fs::read(folder.join(path)).unwrap();
        let error = read(&config, &bytes, source, "2026-04-08").unwrap_err();
        assert!(error.starts_with(code) && error.contains(words), "{path} as {source}: {error}");
    }
}
