//! The merged picture: the table by village, and what is due.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::json;
use sothon_ledger::register::OpenBook;
use sothon_ledger::{BookKind, Scope};
use sothon_overview::indicators::{self, ALL};
use sothon_overview::table::Row;
use sothon_overview::{BookRef, Change, Freshness, Period, Place, Span, View, Who};
use sothon_records::{Lang, problem};

use crate::args;
use crate::context::{Context, Device};
use crate::fault::{Done, Exit, Fault};
use crate::place::own_scopes;
use crate::words;

/// The view over all books that this device reads.
pub(super) fn view(context: &Context, device: &Device) -> Done<View> {
    let mut view = View::new();
    view.open_books(device.readable().filter_map(book_of));
    view.apply(device.records().filter_map(|(open, key, record)| {
        let book = book_of(open)?;
        Some(Change {
            book: book.book,
            shelf: book.shelf,
            place: book.place,
            year: book.year,
            key,
            record: Some(record),
        })
    }));
    view.set_freshness(freshness(context, device)?);
    Ok(view)
}

fn place_of(scope: Scope) -> Option<Place> {
    match scope {
        Scope::Commune => Some(Place::Commune),
        Scope::Village(n) => Some(Place::Village(n)),
        Scope::Unit(n) => Some(Place::Unit(n)),
        _ => None,
    }
}

fn book_of(open: &OpenBook) -> Option<sothon_overview::OpenBook> {
    Some(sothon_overview::OpenBook {
        book: BookRef(open.book.0),
        shelf: words::shelf_of(open.kind)?,
        place: place_of(open.scope)?,
        year: open.year,
    })
}

/// How fresh each village's data are.
fn freshness(context: &Context, device: &Device) -> Done<Vec<Freshness>> {
    let heard = device.heard_from(context.clock.now())?;
    let waiting = device.entries_waiting()?;
    let of_village = |village: u32| {
        let books = device
            .readable()
            .filter(move |open| open.kind == BookKind::Village && open.scope == Scope::Village(village));
        books.filter_map(|open| waiting.get(&open.book)).sum()
    };
    let mut villages: BTreeSet<u32> = heard.keys().copied().collect();
    villages.extend(
        device
            .readable()
            .filter_map(|open| match (open.kind, open.scope) {
                (BookKind::Village, Scope::Village(n)) => Some(n),
                _ => None,
            }),
    );
    let fresh = villages.into_iter().map(|village| Freshness {
        village,
        last_received: heard.get(&village).copied(),
        pending: of_village(village),
    });
    Ok(fresh.collect())
}

/// `due`: what belongs to this device's villages and units; for the commune's devices, to all.
pub fn due(context: &Context, as_of: Option<NaiveDate>) -> Done {
    let device = context.open()?;
    let view = view(context, &device)?;
    let today = as_of.unwrap_or(context.clock.today());
    let own: Vec<Place> = own_scopes(&device).into_iter().filter_map(place_of).collect();
    let everywhere = own.is_empty() || own.contains(&Place::Commune);
    let who = Who {
        places: (!everywhere).then(|| own.into_iter().collect()),
        ..Who::default()
    };
    let due = view.due(today, &who);
    let out = &context.out;
    let objects: Vec<_> = due
        .iter()
        .map(|due| {
            json!({
                "date": due.date.to_string(),
                "kind": due.kind,
                "key": due.subject.to_string(),
                "place": due.place,
                "title": view.title(&due.subject),
                "what": out.w(&due.what),
                "when": due.when(today, out.lang),
                "late_by_days": due.late_by_days,
            })
        })
        .collect();
    out.object(&json!({"today": today.to_string(), "due": objects}));
    let rows: Vec<Vec<String>> = due
        .iter()
        .map(|due| {
            vec![
                problem::day(due.date),
                due.when(today, out.lang),
                view.title(&due.subject).unwrap_or_default(),
                out.w(&due.what).to_owned(),
                out.w(&place_words(due.place)).to_owned(),
                words::short_key(&due.subject),
            ]
        })
        .collect();
    if rows.is_empty() {
        out.line(out.t("Hôm nay không có việc đến hạn.", "Nothing is due today."));
    } else {
        out.table(
            &[
                out.t("Hạn", "Due"),
                out.t("Còn", "When"),
                out.t("Ai, việc gì", "Who or what"),
                out.t("Cần làm", "To do"),
                out.t("Nơi", "Place"),
                out.t("Mã", "Id"),
            ],
            &rows,
        );
    }
    Ok(Exit::Done)
}

fn place_words(place: Place) -> sothon_records::Words {
    words::scope(match place {
        Place::Commune => Scope::Commune,
        Place::Village(n) => Scope::Village(n),
        Place::Unit(n) => Scope::Unit(n),
    })
}

/// `overview`.
pub fn overview(context: &Context, asked: &args::Overview) -> Done {
    let today = asked.as_of.unwrap_or(context.clock.today());
    let period = match asked.period.as_deref() {
        Some(text) => period(text).ok_or_else(|| bad_period(text))?,
        None => Period::around(Span::Year, today).ok_or_else(|| bad_period(&today.to_string()))?,
    };
    let period = period.seen_on(today);
    let period = match asked.villages_of {
        Some(day) => period.by_villages_of(day),
        None => period,
    };
    for code in &asked.indicator {
        let name = code.split('.').next().unwrap_or(code);
        if indicators::by_code(name).is_none() {
            let known: Vec<&str> = ALL.iter().map(|indicator| indicator.code).collect();
            return Err(Fault::input(
                "indicator",
                format!("Chưa có chỉ tiêu “{code}”. Có: {}.", known.join(", ")),
                format!("There is no indicator “{code}”. There are: {}.", known.join(", ")),
            ));
        }
    }
    let device = context.open()?;
    let view = view(context, &device)?;
    let codes: Vec<&str> = match asked.indicator.as_slice() {
        [] => ALL.iter().map(|indicator| indicator.code).collect(),
        some => some.iter().map(String::as_str).collect(),
    };
    let table = view.table(&codes, &period);
    let out = &context.out;
    if out.json {
        let object = serde_json::to_value(&table).map_err(Fault::internal)?;
        out.object(&object);
        return Ok(Exit::Done);
    }
    out.line(format!(
        "{} · {} {} · {}",
        out.w(&table.period),
        out.t("số liệu đến", "as of"),
        problem::day(table.as_of),
        out.w(&table.total.complete.words)
    ));
    if let Some(boundary) = asked.villages_of {
        out.line(format!(
            "{} {}",
            out.t("Theo các thôn của ngày", "By the villages of"),
            problem::day(boundary)
        ));
    }
    // A row per figure and a column per village: names of figures are long, villages are few.
    let mut heads = vec![out.t("Chỉ tiêu", "Indicator").to_owned()];
    let all: Vec<&Row> = table.rows.iter().chain([&table.total]).collect();
    heads.extend(all.iter().map(|row| out.w(&row.name).to_owned()));
    let rows: Vec<Vec<String>> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let unit = column.unit.get(out.lang);
            let unit = if unit.is_empty() {
                String::new()
            } else {
                format!(" ({unit})")
            };
            let mut cells = vec![format!("{} {}{unit}", column.code, column.label.get(out.lang))];
            cells.extend(all.iter().map(|row| match row.cells.get(at) {
                Some(cell) if cell.shown.get(Lang::Vi).is_empty() => "–".to_owned(),
                Some(cell) => out.w(&cell.shown).to_owned(),
                None => String::new(),
            }));
            cells
        })
        .collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    out.table(&heads, &rows);
    Ok(Exit::Done)
}

fn bad_period(text: &str) -> Fault {
    Fault::input(
        "period",
        format!(
            "Kỳ viết là 2025, 2025-Q2, 2025-06, 2025-06-10, 6m:2025, 9m:2025 hoặc police:2025, không phải “{text}”."
        ),
        format!(
            "A period is 2025, 2025-Q2, 2025-06, 2025-06-10, 6m:2025, 9m:2025 or police:2025, not “{text}”."
        ),
    )
}

/// Reads a period as it is typed.
fn period(text: &str) -> Option<Period> {
    if let Some((kind, year)) = text.split_once(':') {
        let year = year.parse().ok()?;
        return match kind {
            "police" => Period::police_year(year),
            "6m" => Period::six_months(year),
            "9m" => Period::nine_months(year),
            _ => None,
        };
    }
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [year] => Period::year(year.parse().ok()?),
        [year, quarter] if quarter.starts_with(['Q', 'q']) => {
            Period::quarter(year.parse().ok()?, quarter.get(1..)?.parse().ok()?)
        }
        [year, month] => Period::month(year.parse().ok()?, month.parse().ok()?),
        [_, _, _] => Some(Period::day(text.parse().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_they_are_written() {
        for (text, from, until) in [
            ("2025", "2025-01-01", "2025-12-31"),
            ("2025-Q2", "2025-04-01", "2025-06-30"),
            ("2025-06", "2025-06-01", "2025-06-30"),
            ("2025-06-10", "2025-06-10", "2025-06-10"),
            ("6m:2025", "2025-01-01", "2025-06-30"),
            ("police:2025", "2024-12-15", "2025-12-14"),
        ] {
            let period = period(text).unwrap();
            assert_eq!(
                (period.from().to_string(), period.until().to_string()),
                (from.into(), until.into())
            );
        }
        for bad in [
            "",
            "2025-Q5",
            "2025-13",
            "hôm nay",
            "police:x",
            "2025-02-30",
            "9999999999",
        ] {
            assert!(period(bad).is_none(), "{bad}");
        }
    }
}
