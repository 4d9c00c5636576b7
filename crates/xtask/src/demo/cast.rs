//! Who is in the demo: six village heads, the chief of police, the health station, the chair, the office.

use std::path::Path;

use super::process::{Device, Programs};

/// The devices.
pub(super) struct Cast {
    pub villages: Vec<Device>,
    pub police: Device,
    pub health: Device,
    pub chair: Device,
    pub office: Device,
}

impl Cast {
    pub fn new(programs: &Programs, under: &Path) -> Cast {
        let device = |name: &str, shown: &str| Device::new(programs, name, shown, under);
        Cast {
            villages: (1..=6)
                .map(|n| device(&format!("thon{n}"), &format!("Trưởng thôn {n}")))
                .collect(),
            police: device("cong-an", "Trưởng Công an xã"),
            health: device("tram-y-te", "Trạm Y tế"),
            chair: device("chu-tich", "Chủ tịch UBND xã"),
            office: device("van-phong", "Văn phòng"),
        }
    }

    /// Everybody whom the office admits: the device, and how.
    pub fn admitted(&self) -> Vec<(&Device, Vec<String>)> {
        let mut out: Vec<(&Device, Vec<String>)> = Vec::new();
        for (at, village) in self.villages.iter().enumerate() {
            let number = (at + 1).to_string();
            out.push((village, words(&["--role", "village-head", "--village", &number])));
        }
        out.push((&self.police, words(&["--role", "police-chief", "--unit", "1"])));
        out.push((&self.health, words(&["--role", "health", "--unit", "2"])));
        out.push((&self.chair, words(&["--role", "chair"])));
        out
    }

    /// Everybody.
    pub fn all(&self) -> Vec<&Device> {
        self.villages
            .iter()
            .chain([&self.police, &self.health, &self.chair, &self.office])
            .collect()
    }
}

fn words(of: &[&str]) -> Vec<String> {
    of.iter().map(|word| (*word).to_owned()).collect()
}
