//! Lists of records: search, filters, order; and what can be picked from.

use std::collections::BTreeSet;

use chrono::Datelike as _;
use sothon_ledger::BookId;
use sothon_overview::Place;
use sothon_overview::due::Pledge;
use sothon_overview::search::Filter;
use sothon_records::kind::{Field, FieldType, Kind};
use sothon_records::kinds::{DataRequest, RewardProposal};
use sothon_records::{Record as _, RecordKey, show};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, place_of};
use crate::fault::Done;
use crate::orders::Order;
use crate::words;

/// The most rows that are given at a time.
const MOST: usize = 500;
/// The filter of proposals on which nothing was decided.
const UNDECIDED: &str = "undecided";
/// How many can be picked from.
const PICKS: usize = 8;
/// From so many letters on something is looked for.
const LETTERS: usize = 2;

/// What a list shows.
pub(crate) struct Listed {
    /// The kind, where it is of one.
    only: Option<&'static Kind>,
    /// The order in use.
    order: Order,
    /// The filters that it could have.
    filters: Vec<ListFilter>,
    /// The records, in the order of the screen.
    pub keys: Vec<RecordKey>,
    /// How many there are in all.
    pub total: usize,
}

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn list(&self, ask: ListAsk) -> Done<ListPage> {
        self.at_desk(move |desk| desk.list(&ask)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn pick(&self, ask: PickAsk) -> Done<Vec<PickRow>> {
        self.at_desk(move |desk| Ok(desk.pick(&ask))).await
    }
}

impl Desk {
    fn list(&mut self, ask: &ListAsk) -> Done<ListPage> {
        let Listed {
            only,
            order,
            filters,
            keys,
            total,
        } = self.listed(ask, ask.count.clamp(1, MOST));
        let noun = match only {
            Some(kind) if kind.slug == "household" => self.t("hộ", "households").to_owned(),
            _ => self.t("bản ghi", "records").to_owned(),
        };
        Ok(ListPage {
            total,
            total_words: format!(
                "{} {noun}",
                sothon_records::problem::number(i64::try_from(total).unwrap_or(i64::MAX), self.lang)
            ),
            rows: keys.iter().map(|key| self.row(key)).collect(),
            filters,
            sorts: orders(only)
                .into_iter()
                .map(|order| Choice {
                    slug: order.slug().to_owned(),
                    label: self.order_words(order),
                })
                .collect(),
            sort: order.slug().to_owned(),
            left_out: only
                .filter(|_| ask.typed.is_empty())
                .map(|kind| {
                    self.left_out(
                        kind,
                        ask.place
                            .as_deref()
                            .and_then(words::parse_scope)
                            .and_then(place_of),
                    )
                })
                .unwrap_or_default(),
        })
    }

    /// The records that a list shows, at most so many of them.
    pub(crate) fn listed(&self, ask: &ListAsk, count: usize) -> Listed {
        let kinds: BTreeSet<String> = if ask.kinds.is_empty() {
            self.kind_cards(None)
                .into_iter()
                .filter(|card| card.reads && !card.sensitive)
                .map(|card| card.kind)
                .collect()
        } else {
            ask.kinds.iter().cloned().collect()
        };
        let only = crate::place::only(kinds.iter().filter_map(|slug| Kind::by_slug(slug)));
        let place = ask
            .place
            .as_deref()
            .and_then(words::parse_scope)
            .and_then(place_of);
        let orders = orders(only);
        let order = orders
            .iter()
            .copied()
            .find(|order| order.slug() == ask.sort)
            .or(orders.first().copied())
            .unwrap_or(Order::Newest);
        let typed = ask.typed.trim();
        let filters = self.filters(only, place);
        let filter = filters
            .iter()
            .find(|filter| Some(&filter.slug) == ask.filter.as_ref())
            .map(|filter| filter.slug.clone());
        let places = place.map(|place| self.places_of(place));
        let passes = |key: &RecordKey| filter.as_deref().is_none_or(|filter| self.passes(filter, key));
        let (keys, total) = if typed.chars().count() >= LETTERS {
            let sought = Filter {
                places,
                kinds: Some(kinds),
                voided: ask.voided,
            };
            self.found(typed, &sought, passes, ask.from, count)
        } else {
            let stands = |kind| self.view.standing_in(kind, places.as_ref(), ask.voided);
            let total = kinds
                .iter()
                .flat_map(|kind| stands(kind))
                .filter(|key| passes(key));
            let total = total.count();
            let wanted =
                |key: &&RecordKey| self.view.stands_in(key, places.as_ref(), ask.voided) && passes(key);
            let all = self.orders.of(&self.view, &kinds, order);
            (part(all.iter().filter(wanted), total, ask.from, count), total)
        };
        Listed {
            only,
            order,
            filters,
            keys,
            total,
        }
    }

    /// What a search finds, the best first.
    fn found(
        &self,
        typed: &str,
        sought: &Filter,
        passes: impl Fn(&RecordKey) -> bool,
        from: usize,
        count: usize,
    ) -> (Vec<RecordKey>, usize) {
        let most = from.saturating_add(count);
        let mut found = self.view.find_where(typed, most, sought, &passes);
        if found.total == 0
            && let Some(named) = self.named_for_code(typed)
        {
            found = self.view.find_where(&named, most, sought, &passes);
        }
        let keys = found.hits.into_iter().map(|hit| hit.key);
        (keys.skip(from).collect(), found.total)
    }

    fn order_words(&self, order: Order) -> String {
        let (vi, en) = match order {
            Order::Name => ("Theo tên", "By name"),
            Order::Newest => ("Mới nhất trước", "Newest first"),
            Order::Number => ("Theo số hộ", "By household number"),
        };
        self.t(vi, en).to_owned()
    }

    /// The filters that a kind has of its own.
    pub(crate) fn filters(&self, only: Option<&Kind>, place: Option<Place>) -> Vec<ListFilter> {
        if only.is_some_and(|kind| kind.slug == RewardProposal::KIND.slug) {
            let waiting = self.view.undecided_proposals();
            let here = |key: &&&RecordKey| place.is_none_or(|place| self.view.place_of(key) == Some(place));
            return vec![ListFilter {
                slug: UNDECIDED.to_owned(),
                label: self.t("Chờ quyết định", "To be decided").to_owned(),
                count: waiting.iter().filter(here).count(),
            }];
        }
        if only.is_none_or(|kind| kind.slug != "household") {
            return Vec::new();
        }
        let year = self.today().year();
        let (signed, open) = self.view.pledges(place, self.today());
        let filter = |slug: &str, vi: String, en: String, count| ListFilter {
            slug: slug.to_owned(),
            label: self.t(&vi, &en).to_owned(),
            count,
        };
        vec![
            filter(
                "unsigned",
                format!("Chưa ký {year}"),
                format!("Not signed {year}"),
                open,
            ),
            filter(
                "signed",
                format!("Đã ký {year}"),
                format!("Signed {year}"),
                signed,
            ),
        ]
    }

    fn passes(&self, filter: &str, key: &RecordKey) -> bool {
        match filter {
            "signed" => self.has_signed(key),
            "unsigned" => !self.has_signed(key),
            UNDECIDED => self.view.is_undecided(key),
            _ => true,
        }
    }

    fn has_signed(&self, household: &RecordKey) -> bool {
        self.view.pledge(household, self.today()) == Pledge::Signed
    }

    /// How a proposal of a reward or a request about data stands, in a word.
    fn stands(&self, key: &RecordKey) -> Option<RowState> {
        let raw = self.view.record(key).filter(|_| !self.view.is_voided(key))?;
        let plain = |tone, vi, en| RowState {
            tone,
            word: self.t(vi, en).to_owned(),
        };
        let book = self.view.books_of(key).first().map(|open| BookId(open.book.0));
        if book.is_some_and(|book| self.counts_for_nothing(&book, key).is_some()) {
            return Some(plain(Tone::Warn, "Không có giá trị", "Counts for nothing"));
        }
        if key.kind == RewardProposal::KIND.slug {
            return Some(if self.view.is_undecided(key) {
                plain(Tone::Warn, "Chờ quyết định", "To be decided")
            } else {
                plain(Tone::Ok, "Đã có quyết định", "Decided")
            });
        }
        if key.kind == DataRequest::KIND.slug {
            let request = DataRequest::read(raw).value;
            return Some(match request.deadline(self.view.holidays()) {
                _ if request.is_settled() => plain(Tone::Ok, "Đã giải quyết", "Settled"),
                Some(by) => self.deadline(by),
                None => plain(Tone::Plain, "Chưa có hạn", "No limit"),
            });
        }
        None
    }

    /// A row of a list.
    pub(crate) fn row(&self, key: &RecordKey) -> ListRow {
        let kind = Kind::by_slug(&key.kind);
        let raw = self.view.record(key);
        let year = self.today().year();
        let state = (key.kind == "household").then(|| {
            if self.has_signed(key) {
                RowState {
                    tone: Tone::Ok,
                    word: format!("{} {year}", self.t("Đã ký", "Signed")),
                }
            } else {
                RowState {
                    tone: Tone::Plain,
                    word: format!("{} {year}", self.t("Chưa ký", "Not signed")),
                }
            }
        });
        let state = state.or_else(|| self.stands(key));
        let merged = self.view.goes_on_in(key).is_some();
        let gone = if merged {
            Some(self.t("Đã gộp", "Merged"))
        } else {
            (self.view.has_left(key)).then(|| self.t("Đã chuyển đi", "Moved away"))
        };
        let state = match gone {
            Some(word) => Some(RowState {
                tone: Tone::Plain,
                word: word.to_owned(),
            }),
            None => state,
        };
        ListRow {
            key: key.to_string(),
            kind: key.kind.clone(),
            kind_label: kind
                .map_or(key.kind.as_str(), |kind| kind.label.get(self.lang))
                .to_owned(),
            title: self.title(key),
            detail: self.detail(key),
            place: self.place_name_of(key),
            date: kind
                .zip(raw)
                .and_then(|(kind, raw)| show::happened(kind, raw))
                .map(|day| day.to_string()),
            state,
            delivery: Some(self.delivered(key)).filter(|far| *far != Delivered::AtCommune),
            voided: self.view.is_voided(key) && !merged,
            fresh: self.fresh.contains(key),
        }
    }

    /// What tells a record from others of its name: number and address of a household, year of birth of a person.
    pub(crate) fn detail(&self, key: &RecordKey) -> String {
        let (Some(kind), Some(raw)) = (Kind::by_slug(&key.kind), self.view.record(key)) else {
            return String::new();
        };
        let tells = |field: &&Field| {
            let plain =
                !matches!(field.holds, FieldType::Phone | FieldType::Long { .. }) && !field.is_hidden();
            plain && field.searchable && !kind.title.contains(&field.name)
        };
        let titles = |key: &RecordKey| self.view.title_words(key, self.lang);
        let parts: Vec<String> = kind
            .all_fields()
            .filter(tells)
            .map(|field| {
                let value = self.w(&show::in_words(field, &raw.fields, &titles).0);
                match (field.name, value.is_empty()) {
                    ("number", false) => format!("{} {value}", self.t("Số", "No.")),
                    _ => value,
                }
            })
            .filter(|value| !value.is_empty())
            .take(2)
            .collect();
        parts.join(", ")
    }

    /// How far a record has come.
    pub(crate) fn delivered(&self, key: &RecordKey) -> Delivered {
        let books = self.view.books_of(key);
        let Some(book) = books.first().map(|open| sothon_ledger::BookId(open.book.0)) else {
            return Delivered::OnDevice;
        };
        let mut known = self.on_the_way.borrow_mut();
        let on_the_way = known
            .entry(book)
            .or_insert_with(|| self.device().on_the_way(&book));
        on_the_way
            .get(key)
            .map_or(Delivered::AtCommune, |far| delivered(*far))
    }

    fn pick(&self, ask: &PickAsk) -> Vec<PickRow> {
        let typed = ask.typed.trim();
        let place = ask
            .place
            .as_deref()
            .and_then(words::parse_scope)
            .and_then(place_of);
        let kinds: BTreeSet<String> = ask.kinds.iter().cloned().collect();
        // Where there are few, all are offered before a letter is typed.
        let few = kinds
            .iter()
            .map(|kind| self.view.of_kind(kind).count())
            .sum::<usize>()
            <= PICKS;
        if typed.chars().count() < LETTERS {
            if !few {
                return Vec::new();
            }
            let all = kinds.iter().flat_map(|kind| self.view.of_kind(kind));
            return all
                .filter(|key| !self.view.is_out(key))
                .filter_map(|key| self.pick_row(key))
                .collect();
        }
        let filter = Filter {
            // What lies in a village names what lies there or with the commune; what is the commune's names everything.
            places: place.filter(|place| *place != Place::Commune).map(|place| {
                let mut places = self.places_of(place);
                places.insert(Place::Commune);
                places
            }),
            kinds: Some(kinds),
            voided: false,
        };
        let mut found = self.view.find(typed, PICKS, &filter, self.lang);
        if found.total == 0
            && let Some(named) = self.named_for_code(typed)
        {
            found = self.view.find(&named, PICKS, &filter, self.lang);
        }
        found
            .hits
            .iter()
            .filter_map(|hit| self.pick_row(&hit.key))
            .collect()
    }

    /// A record as it is picked.
    pub(crate) fn pick_row(&self, key: &RecordKey) -> Option<PickRow> {
        let title = self.view.title_words(key, self.lang)?;
        let place = self.place_name_of(key);
        let detail = self.detail(key);
        let detail = if detail.is_empty() {
            place
        } else {
            format!("{detail} · {place}")
        };
        Some(PickRow {
            key: key.to_string(),
            title,
            detail,
        })
    }
}

/// A part of so many rows, looked for from the nearer end: whoever is asked is looked up, and there are tens of thousands.
fn part<'a>(
    all: impl DoubleEndedIterator<Item = &'a RecordKey>,
    total: usize,
    from: usize,
    count: usize,
) -> Vec<RecordKey> {
    let end = from.saturating_add(count).min(total);
    let count = end.saturating_sub(from);
    if from <= total / 2 {
        return all.skip(from).take(count).cloned().collect();
    }
    let mut last: Vec<RecordKey> = all.rev().skip(total - end).take(count).cloned().collect();
    last.reverse();
    last
}

/// The orders that a list can have, the usual one first.
fn orders(only: Option<&Kind>) -> Vec<Order> {
    let Some(kind) = only else {
        return vec![Order::Newest, Order::Name];
    };
    let named = kind
        .title
        .first()
        .and_then(|name| kind.field(name))
        .is_some_and(|field| field.is_name);
    let mut orders = if named {
        vec![Order::Name, Order::Newest]
    } else {
        vec![Order::Newest, Order::Name]
    };
    if kind.slug == "household" {
        orders.insert(1, Order::Number);
    }
    orders
}

/// How far something has come, for a window.
pub(crate) fn delivered(far: sothon_replica::Delivery) -> Delivered {
    match far {
        sothon_replica::Delivery::HeldBack => Delivered::HeldBack,
        sothon_replica::Delivery::OnDevice => Delivered::OnDevice,
        sothon_replica::Delivery::AtRelay => Delivered::AtRelay,
        sothon_replica::Delivery::AtCommune => Delivered::AtCommune,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_list_is_the_same_from_whichever_end_it_is_looked_for() {
        let key = |n: u128| RecordKey {
            kind: "household".to_owned(),
            id: sothon_records::RecordId(uuid::Uuid::from_u128(n)),
        };
        for total in 0..8_usize {
            let all: Vec<RecordKey> = (0..).take(total).map(key).collect();
            for from in 0..10 {
                for count in [0, 1, 3, usize::MAX] {
                    let plain: Vec<RecordKey> = all.iter().skip(from).take(count).cloned().collect();
                    assert_eq!(
                        part(all.iter(), total, from, count),
                        plain,
                        "{total} {from} {count}"
                    );
                }
            }
        }
    }
}
