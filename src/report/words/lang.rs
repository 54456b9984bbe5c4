//! The languages of labels. What is said in sentences is English; labels, headings and the words of verdicts are here in both.

/// A language of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Lang {
    /// Both.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Ru];

    /// Its code in addresses and in HTML.
    pub const fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Ru => "ru",
        }
    }

    /// What it calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::Ru => "Русский",
        }
    }

    /// The one that a browser asks for first among those there are, as `Accept-Language` tells it; English if it asks for neither.
    pub fn accepted(header: &str) -> Lang {
        let mut best = (0.0, Lang::En);
        let weighed = header.split(',').filter_map(|part| {
            let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            let code = tag.trim().split('-').next()?.to_ascii_lowercase();
            let lang = Lang::ALL.into_iter().find(|lang| lang.code() == code)?;
            Some((weight.trim().parse::<f32>().ok()?, lang))
        });
        for (weight, lang) in weighed {
            // between equals the first
            if weight > best.0 {
                best = (weight, lang);
            }
        }
        best.1
    }

    /// A label in this language; one without a translation stays English.
    pub fn label(self, english: &'static str) -> &'static str {
        match self {
            Lang::En => english,
            Lang::Ru => super::russian::russian(english).unwrap_or(english),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_what_it_asks_for() {
        for (header, wanted) in [
            ("", Lang::En),
            ("ru", Lang::Ru),
            ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", Lang::Ru),
            ("en-GB,en;q=0.9,ru;q=0.8", Lang::En),
            ("de, ru;q=0.3", Lang::Ru),
            ("ru;q=x,;;,en;q=NaN", Lang::En),
        ] {
            assert_eq!(Lang::accepted(header), wanted, "{header}");
        }
    }

    #[test]
    fn verdicts_have_russian_words() {
        for status in super::super::STATUSES {
            let words = super::super::status(status);
            assert_ne!(Lang::Ru.label(words.word), words.word);
            assert_ne!(Lang::Ru.label(words.explanation), words.explanation);
        }
    }
}
