//! The file for the helper, and what the program says of itself. The person reads the file before sending it: versions,
//! codes, heights and counts are in it; no names, no contents, no keys.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::{files, words};

/// Name, version and licence of all that is built into the program; made by `cargo xtask generate`.
const LICENCES: &str = include_str!("licences.json");
/// So many of the latest lines of the log are in the file.
const LINES: usize = 40;

#[derive(Deserialize)]
struct Part {
    name: String,
    version: String,
    licence: String,
}

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn helper_file(&self) -> Done<HelperFile> {
        let mut text = self.about_machine();
        match self.at_desk(|desk| desk.about_book()).await {
            Ok(book) => {
                text.push_str(&book);
                text.push_str(&self.about_exchange().await);
            }
            Err(fault) => push(&mut text, "book", fault.code),
        }
        let clock = self.parts().options.clock;
        let now = sothon_records::civil::local(clock.instant());
        Ok(HelperFile {
            text,
            name: format!("so-thon-ho-tro-{}.txt", now.format("%Y%m%d-%H%M")),
        })
    }

    /// See [`crate::commands`].
    pub(crate) async fn save_helper_file(&self) -> Done<String> {
        let file = self.helper_file().await?;
        let options = &self.parts().options;
        let folder = options.downloads.as_ref().unwrap_or(&options.base);
        let path = folder.join(file.name);
        files::replace(&path, file.text.as_bytes())?;
        Ok(path.display().to_string())
    }

    /// See [`crate::commands`].
    pub(crate) async fn about(&self) -> Done<About> {
        let parts: Vec<Part> = serde_json::from_str(LICENCES).map_err(Fault::internal)?;
        Ok(About {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            parts: parts
                .into_iter()
                .map(|part| (part.name, part.version, part.licence))
                .collect(),
        })
    }

    fn about_machine(&self) -> String {
        let parts = self.parts();
        let settings = parts.settings();
        let mut text = String::new();
        push(&mut text, "so-thon", env!("CARGO_PKG_VERSION"));
        push(
            &mut text,
            "system",
            format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        );
        push(&mut text, "now", parts.options.clock.instant().to_rfc3339());
        push(
            &mut text,
            "settings",
            format!(
                "language {:?}, text {}, lock {} min, silent {} days",
                settings.language, settings.text, settings.lock_minutes, settings.silent_days
            ),
        );
        push(&mut text, "folders", parts.folders.ids().len());
        for (at, command, code) in parts.faults() {
            push(&mut text, "fault", format!("{} {command}: {code}", time(at)));
        }
        text
    }

    async fn about_exchange(&self) -> String {
        let mut text = String::new();
        let sessions = self.sessions().lock().await;
        let Some(exchange) = sessions.exchange() else {
            return text;
        };
        let status = exchange.status();
        for way in status.ways() {
            let last = way.last.map_or_else(|| "never".to_owned(), time);
            push(
                &mut text,
                &format!("way {}", way.way),
                format!("connected {}, last {last}", way.connected),
            );
        }
        push(
            &mut text,
            "agreed",
            status.agreed.map_or_else(|| "never".to_owned(), time),
        );
        push(
            &mut text,
            "register",
            format!("named {}, forked {}", status.named, status.forked),
        );
        for line in status
            .log()
            .iter()
            .filter(|line| !line.detail.is_empty())
            .take(LINES)
        {
            push(&mut text, "log", format!("{} {}", time(line.at), line.detail));
        }
        text
    }
}

impl Desk {
    fn about_book(&mut self) -> Done<String> {
        let device = self.device();
        let mut text = String::new();
        let role = self.role().map_or("none", |role| words::role(role).0);
        push(&mut text, "role", role);
        push(&mut text, "registrar", device.is_registrar());
        push(&mut text, "practice", self.practice);
        match device.register() {
            Ok(register) => {
                let frozen = register
                    .frozen()
                    .map_or_else(|| "no".to_owned(), |height| height.to_string());
                push(
                    &mut text,
                    "register height",
                    format!("{}, frozen {frozen}", register.height()),
                );
                push(&mut text, "relays", register.rights().relays().len());
            }
            Err(_) => push(&mut text, "register height", "none"),
        }
        push(&mut text, "readable books", device.readable().count());
        push(&mut text, "records", self.view.len());
        for (kind, count) in device.entry_counts()? {
            push(&mut text, &format!("entries {kind}"), count);
        }
        let waiting: u64 = device.entries_waiting().map_err(Fault::from)?.values().sum();
        push(&mut text, "entries waiting", waiting);
        push(&mut text, "unpublished", device.unpublished());
        let [on_device, at_relay, at_commune, held_back] = device.delivery_counts();
        push(
            &mut text,
            "changes",
            format!(
                "on device {on_device}, at relay {at_relay}, at commune {at_commune}, held back {held_back}"
            ),
        );
        push(&mut text, "conflicts", device.conflicts().len());
        push(&mut text, "twice", self.view.breaches().len());
        push(&mut text, "readers waiting", device.readers_waiting().len());
        push(&mut text, "key for nearby", device.lan_key().is_some());
        Ok(text)
    }
}

fn push(text: &mut String, what: &str, says: impl std::fmt::Display) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{what}: {says}");
}

fn time(at: i64) -> String {
    chrono::DateTime::from_timestamp(at, 0)
        .unwrap_or_default()
        .to_rfc3339()
}
