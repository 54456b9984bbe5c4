//! A message in words.

use serde_json::Value;

/// A subject has room for so many characters.
const SUBJECT: usize = 120;

/// Subject and text of a message.
pub(super) fn letter(payload: &str) -> (String, String) {
    let payload: Value = serde_json::from_str(payload).unwrap_or_default();
    let alerts = payload["alerts"].as_array().cloned().unwrap_or_default();
    let more = payload["more"].as_u64().unwrap_or_default();
    let subject = match alerts.as_slice() {
        [one] => format!("[sverka] {}", head(one)),
        _ => format!("[sverka] {} alerts", alerts.len() as u64 + more),
    };
    let mut text: String = alerts.iter().map(paragraph).collect();
    if more > 0 {
        text += &format!("and {more} more: sverka alerts\n");
    }
    // a line break in a subject would begin another header
    (subject.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SUBJECT).collect(), text)
}

fn word<'v>(alert: &'v Value, key: &str) -> &'v str {
    alert[key].as_str().unwrap_or_default()
}

fn head(alert: &Value) -> String {
    match word(alert, "state") {
        "cleared" => format!("over: {}", word(alert, "key")),
        _ => format!("{}: {}", word(alert, "severity"), word(alert, "key")),
    }
}

fn paragraph(alert: &Value) -> String {
    let ended = match word(alert, "cleared_at") {
        "" => String::new(),
        at => format!(", until {at}"),
    };
    format!("{}\n{}\nsince {}{ended}\n\n", head(alert), word(alert, "message"), word(alert, "raised_at"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_alert_is_named_in_the_subject_and_several_are_counted() {
        let one = r#"{"key":"failing/s\r\nBcc: x","state":"raised","severity":"major","message":"m","raised_at":"t","cleared_at":null}"#;
        let other = r#"{"key":"silence/s","state":"cleared","severity":"minor","message":"n","raised_at":"t","cleared_at":"u"}"#;
        let (subject, text) = letter(&format!(r#"{{"alerts":[{one}],"more":0}}"#));
        assert_eq!(subject, "[sverka] major: failing/s  Bcc: x");
        assert!(text.ends_with("m\nsince t\n\n"), "{text}");
        let (subject, text) = letter(&format!(r#"{{"alerts":[{one},{other}],"more":7}}"#));
        assert_eq!(subject, "[sverka] 9 alerts");
        assert!(text.ends_with("over: silence/s\nn\nsince t, until u\n\nand 7 more: sverka alerts\n"), "{text}");
        assert_eq!(letter("no json").0, "[sverka] 0 alerts");
    }
}
