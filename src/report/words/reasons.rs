//! Reason codes in plain words.

/// Every reason code with what it means: the closed list of the verdicts, and the neutral codes.
pub const REASONS: [(&str, &str); 69] = [
    // agreement
    ("exact", "the source shows the same figure with the same digits"),
    ("rounds", "the source's figure rounds to the printed one"),
    ("index_form", "the source prints an index and the paper the growth; an index of 98.0 is a growth of −2.0 %"),
    ("hedge_ok", "the words around the figure, such as “over” or “nearly”, hold"),
    ("tie", "the source's figure ends on a half, so it depends on the rounding rule"),
    ("compatible", "the unrounded figures can be equal, although the computed value does not round to the printed one"),
    ("revised_base", "it agrees once the earlier figure is taken as revised later"),
    ("times_as_increase", "“N times” agrees in its other sense: as the increase and not the ratio, or the other way round"),
    ("precision_assumed", "a round figure: how many of its digits count is assumed"),
    ("truncation_habit", "this paper cuts figures off instead of rounding them, as a habit"),
    ("tolerance", "the two differ by less than the tolerance that was stated for the figure, with a reason"),
    // had from another form
    ("same_form", "the figure stands in another form of the series, which says the same"),
    ("chained", "computed as the product of the changes of consecutive periods"),
    ("summed", "computed as the sum of the periods it consists of"),
    ("from_levels", "computed as the change between two published levels"),
    ("spliced", "taken from the index on another base year"),
    // revision
    ("at_cutoff", "it agrees with what was known when the paper was written; it has been revised since"),
    ("other_vintage", "it agrees with an earlier version than the one known when the paper was written"),
    ("sign_flip", "between the versions a rise became a fall, or a fall a rise"),
    // deviation
    ("value", "the value is a different one"),
    ("last_digit", "only the last digit differs"),
    ("truncated", "the figure was cut off instead of rounded"),
    ("sign", "the direction is the opposite one"),
    ("power_of_ten", "it is off by a power of ten: a shifted point or a wrong unit word"),
    ("leading_digit_lost", "the first digit is missing"),
    ("digit_swap", "two digits changed places"),
    ("percent_vs_pp", "per cent and percentage points were taken for each other"),
    ("malformed_number", "the printed token is not a well-formed number"),
    ("wrong_period", "it is the figure of another period"),
    ("wrong_base_period", "it is the change against another period"),
    ("wrong_row", "it is the figure of another row of the same table"),
    ("wrong_series", "it is the figure of another series"),
    ("wrong_source_named", "it is the figure of another publisher than the one named"),
    ("wrong_currency", "it is right in another currency"),
    ("anachronism", "only a figure published after the paper was written agrees"),
    ("touching", "the two would agree at one single unrounded value, and nowhere else"),
    // contradictions within the paper
    ("sum", "the parts do not add up to the total"),
    ("share", "the share does not follow from part and whole"),
    ("growth", "the growth does not follow from the two levels"),
    ("multiple", "the multiple does not follow from the two levels"),
    ("implied_total", "the shares imply another total than the one printed"),
    ("implied_base", "the growth implies another earlier level than the one printed"),
    ("duplicate_conflict", "one quantity is printed twice with different digits"),
    ("part_of_mean", "the whole does not lie between the parts it consists of"),
    ("wording", "the words and the figure do not agree"),
    ("weak_test", "the inputs are so coarse that the test proves little"),
    // implausible under an assumption
    ("cumulative", "the cumulated figure does not fit the figures of its parts"),
    ("plausible_month", "the month does not fit the year it belongs to"),
    ("increment", "what the last period must have been does not fit the earlier ones"),
    ("exchange_rate", "the two currencies imply an exchange rate that never was"),
    // different things
    ("definition", "the two are defined differently"),
    ("coverage", "the two cover different territories or sets"),
    ("prices", "one is in current prices, the other is not"),
    ("mirror_difference", "the figure comes from the other side of the trade, whose statistics differ"),
    ("classifier", "the two use different classifications"),
    ("adjustment", "one is seasonally adjusted, the other is not"),
    // undecided
    ("no_source", "the series is known, but no value for the period is held"),
    ("unreachable", "the source cannot be reached"),
    ("withheld", "the publisher withholds the figure"),
    ("withdrawn", "the publisher took the figure back"),
    ("vintage_unknown", "no version from the time of the paper is held"),
    ("coarse", "the source prints too few digits to decide"),
    ("ambiguous", "what the paper or the source says can be read in more than one way"),
    ("no_series", "nobody here holds the series"),
    // not tried
    ("unmapped", "no series was declared for this figure"),
    ("disabled", "the source is switched off"),
    ("run_failed", "the run failed; that says nothing about the figure"),
    ("no_relation", "no relation to another figure of the paper was stated"),
    ("stale", "an older verdict was kept, since the newest run failed"),
];

/// What a code means; the code itself in plain letters where the list has none.
pub fn reason(code: &str) -> String {
    let known = REASONS.iter().find(|(name, _)| *name == code);
    known.map_or_else(|| code.replace('_', " "), |(_, words)| (*words).to_string())
}

/// Whether the list has the code.
pub fn has_words(code: &str) -> bool {
    REASONS.iter().any(|(name, _)| *name == code)
}
