//! QR codes as paths for an SVG.

use qrcode::{Color, EcLevel};

use crate::api::QrCode;
use crate::fault::{Done, Fault};

/// The code of a text.
///
/// # Errors
/// The text is longer than a code can hold.
pub(crate) fn of(text: &str) -> Done<QrCode> {
    let code = qrcode::QrCode::with_error_correction_level(text, EcLevel::M).map_err(Fault::internal)?;
    let size = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(size).enumerate() {
        let mut x = 0;
        while let Some(rest) = row.get(x..).filter(|rest| !rest.is_empty()) {
            let run = |color| rest.iter().take_while(|module| **module == color).count();
            let dark = run(Color::Dark);
            if dark > 0 {
                path.push_str(&format!("M{x} {y}h{dark}v1h-{dark}z"));
            }
            x += dark.max(run(Color::Light));
        }
    }
    Ok(QrCode { size, path })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_slip_becomes_a_code_whose_dark_modules_are_all_in_its_path() {
        let text = "STR-MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPI";
        let code = super::of(text).unwrap();
        let real = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).unwrap();
        let dark = real
            .to_colors()
            .iter()
            .filter(|c| **c == qrcode::Color::Dark)
            .count();
        let drawn: usize = code
            .path
            .split('h')
            .skip(1)
            .filter_map(|run| run.split('v').next()?.parse::<usize>().ok())
            .sum();
        assert_eq!((code.size, drawn), (real.width(), dark));
    }
}
