//! Values as deterministic CBOR (RFC 8949 section 4.2.1): shortest lengths, sorted keys, nothing indefinite, no floats.
//!
//! A number with a fraction is a decimal fraction (section 3.4.4, tag 4: exponent, mantissa), so that what was written as
//! 0.1 is 0.1 for every reader. Whoever decodes a value and encodes it again gets the same bytes or knows that they were
//! not canonical.

use minicbor::{
    Decoder, Encoder,
    data::{IanaTag, Tag, Type},
};
use serde_json::{Map, Number, Value};

/// Deeper nesting than this is refused: nobody needs it, and it could exhaust the stack.
const DEPTH_MAX: usize = 32;

/// Adds a map of values to `out`.
///
/// # Errors
/// In words, if a number is neither an integer of 64 bits nor a finite decimal.
pub(crate) fn encode_map<'a>(
    map: impl Iterator<Item = (&'a String, &'a Value)>,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    write_map(map, &mut Encoder::new(out), 0)
}

type Writer<'a> = Encoder<&'a mut Vec<u8>>;

fn write(value: &Value, encoder: &mut Writer<'_>, depth: usize) -> Result<(), String> {
    if depth > DEPTH_MAX {
        return Err("it is nested too deeply".to_owned());
    }
    let done = match value {
        Value::Null => encoder.null().map(drop),
        Value::Bool(value) => encoder.bool(*value).map(drop),
        Value::String(text) => encoder.str(text).map(drop),
        Value::Number(number) => return write_number(number, encoder),
        Value::Array(items) => {
            encoder.array(items.len() as u64).map_err(never)?;
            return items.iter().try_for_each(|item| write(item, encoder, depth + 1));
        }
        Value::Object(map) => return write_map(map.iter(), encoder, depth),
    };
    done.map_err(never)
}

fn write_map<'a>(
    map: impl Iterator<Item = (&'a String, &'a Value)>,
    encoder: &mut Writer<'_>,
    depth: usize,
) -> Result<(), String> {
    let mut entries: Vec<(&String, &Value)> = map.collect();
    // The order of encoded keys: a shorter text has a smaller head.
    entries.sort_unstable_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    encoder.map(entries.len() as u64).map_err(never)?;
    for (key, value) in entries {
        encoder.str(key).map_err(never)?;
        write(value, encoder, depth + 1)?;
    }
    Ok(())
}

fn write_number(number: &Number, encoder: &mut Writer<'_>) -> Result<(), String> {
    if let Some(integer) = number.as_i64() {
        return encoder.i64(integer).map(drop).map_err(never);
    }
    if let Some(integer) = number.as_u64() {
        return encoder.u64(integer).map(drop).map_err(never);
    }
    let (mantissa, exponent) = number.as_f64().and_then(decimal_of).ok_or("a number is not finite")?;
    encoder.tag(IanaTag::Decimal).and_then(|e| e.array(2)).map_err(never)?;
    encoder.i64(exponent).and_then(|e| e.i64(mantissa)).map(drop).map_err(never)
}

/// The shortest decimal that reads back as this number: mantissa without trailing zeros, exponent of ten.
fn decimal_of(number: f64) -> Option<(i64, i64)> {
    let text = number.is_finite().then(|| format!("{number:e}"))?;
    let (digits, exponent) = text.split_once('e')?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mantissa: i64 = format!("{whole}{fraction}").parse().ok()?;
    let exponent: i64 = exponent.parse().ok()?;
    Some((mantissa, if mantissa == 0 { 0 } else { exponent - i64::try_from(fraction.len()).ok()? }))
}

/// Reads one value.
///
/// # Errors
/// In words, if the bytes are no value that [`encode_map`] writes.
pub(crate) fn decode(decoder: &mut Decoder<'_>) -> Result<Value, String> {
    read(decoder, 0)
}

fn read(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, String> {
    if depth > DEPTH_MAX {
        return Err("it is nested too deeply".to_owned());
    }
    match decoder.datatype().map_err(words)? {
        Type::Null => decoder.null().map(|()| Value::Null).map_err(words),
        Type::Bool => decoder.bool().map(Value::Bool).map_err(words),
        Type::String => decoder.str().map(|text| Value::String(text.to_owned())).map_err(words),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => decoder.u64().map(Value::from).map_err(words),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 => decoder.i64().map(Value::from).map_err(words),
        Type::Array => read_array(decoder, depth),
        Type::Map => read_map(decoder, depth),
        Type::Tag => read_decimal(decoder),
        other => Err(format!("it has a value of type {other}")),
    }
}

fn read_array(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, String> {
    let length = decoder.array().map_err(words)?.ok_or("it has an array without length")?;
    // No capacity is taken from the stated length: a hostile one would be an allocation.
    let mut items = Vec::new();
    for _ in 0..length {
        items.push(read(decoder, depth + 1)?);
    }
    Ok(Value::Array(items))
}

fn read_map(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, String> {
    let length = decoder.map().map_err(words)?.ok_or("it has a map without length")?;
    let mut map = Map::new();
    for _ in 0..length {
        let key = decoder.str().map_err(words)?.to_owned();
        if map.insert(key, read(decoder, depth + 1)?).is_some() {
            return Err("it has a key twice".to_owned());
        }
    }
    Ok(Value::Object(map))
}

fn read_decimal(decoder: &mut Decoder<'_>) -> Result<Value, String> {
    if decoder.tag().map_err(words)? != Tag::from(IanaTag::Decimal) || decoder.array().map_err(words)? != Some(2) {
        return Err("it has a tag that is no decimal fraction".to_owned());
    }
    let (exponent, mantissa) = (decoder.i64().map_err(words)?, decoder.i64().map_err(words)?);
    let number: f64 = format!("{mantissa}e{exponent}").parse().map_err(|_| "a decimal fraction does not read")?;
    Number::from_f64(number).map(Value::Number).ok_or_else(|| "a decimal fraction is too large".to_owned())
}

fn words(error: minicbor::decode::Error) -> String {
    error.to_string()
}

/// Writing to memory cannot fail.
fn never(error: minicbor::encode::Error<std::convert::Infallible>) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(value: &Value, out: &mut Vec<u8>) -> Result<(), String> {
        write(value, &mut Encoder::new(out), 0)
    }
    use proptest::prelude::*;
    use serde_json::json;

    fn round_trip(value: &Value) -> Value {
        let mut bytes = Vec::new();
        encode(value, &mut bytes).unwrap();
        let decoded = decode(&mut Decoder::new(&bytes)).unwrap();
        let mut again = Vec::new();
        encode(&decoded, &mut again).unwrap();
        assert_eq!(bytes, again);
        decoded
    }

    /// RFC 8949 appendix A and section 3.4.4.
    #[test]
    fn the_examples_of_the_standard_have_its_bytes() {
        let check = |value: Value, expect: &[u8]| {
            let mut bytes = Vec::new();
            encode(&value, &mut bytes).unwrap();
            assert_eq!(bytes, expect, "{value}");
        };
        check(json!(24), &[0x18, 0x18]);
        check(json!(-1000), &[0x39, 0x03, 0xe7]);
        check(json!(18_446_744_073_709_551_615_u64), &[0x1b, 255, 255, 255, 255, 255, 255, 255, 255]);
        check(json!({"a": 1, "b": [2, 3]}), &[0xa2, 0x61, 0x61, 0x01, 0x61, 0x62, 0x82, 0x02, 0x03]);
        check(json!(273.15), &[0xc4, 0x82, 0x21, 0x19, 0x6a, 0xb3]);
    }

    #[test]
    fn numbers_with_a_fraction_come_back_bit_for_bit() {
        for number in [0.1, 60.0, 1e300, 5e-324, -2.5, 0.0, std::f64::consts::PI, f64::MAX] {
            assert_eq!(round_trip(&json!(number)), json!(number));
        }
    }

    #[test]
    fn a_deep_value_and_a_long_claim_are_refused_without_harm() {
        let deep = vec![0x81; 100_000];
        assert!(decode(&mut Decoder::new(&deep)).unwrap_err().contains("deep"));
        let claims_four_billion = [0x9a, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert!(decode(&mut Decoder::new(&claims_four_billion)).is_err());
        assert!(decode(&mut Decoder::new(&[0xf9, 0x3c, 0x00])).unwrap_err().contains("type"), "a float");
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_filter("finite", |n| n.is_finite() && *n != 0.0).prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(".{0,4}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_value_comes_back(value in any_value()) {
            prop_assert_eq!(round_trip(&value), value);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&mut Decoder::new(&bytes));
        }
    }
}
