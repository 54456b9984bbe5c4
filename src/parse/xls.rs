//! BIFF8.
use super::{Event, Input, ParseError};
/// x
pub fn parse(_input: &mut dyn Input, _sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    Ok(())
}
