//! Search over records in memory: without marks, in any case and word order, by name, house number, telephone
//! (ux.md §1.5). Only fields that are declared searchable; never sealed parts.

use std::collections::BTreeMap;

use crate::datum::{self, Datum};
use crate::kind::{Field, Kind};
use crate::raw::{Fields, RawRecord};
use crate::show;
use crate::text;

/// What search knows of one record.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SearchText {
    /// The words of the searchable fields without marks, each between blanks, a field a line.
    folded: String,
    /// The same with marks.
    marked: String,
    /// The title's place in lists.
    order: Box<[u8]>,
}

/// How well a record fits, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Fit {
    /// Each word as typed, marks and all.
    Exact,
    /// Each word, but for marks.
    WithoutMarks,
    /// Each word begins one of the record's.
    Begins,
    /// Each word is somewhere.
    Inside,
}

/// A record found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit<K> {
    /// Its key.
    pub key: K,
    /// How well it fits.
    pub fit: Fit,
    /// Whether the words are spread over several of its fields (a head's name and a member's).
    pub spread: bool,
}

/// What a search found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found<K> {
    /// The best, as many as asked for, in the order shown.
    pub hits: Vec<Hit<K>>,
    /// How many there are in all.
    pub total: usize,
}

impl SearchText {
    /// The search text of a record: its searchable fields, and those of its sub-records in force.
    pub fn of(kind: &Kind, raw: &RawRecord) -> Self {
        let mut made = SearchText {
            folded: " ".to_owned(),
            marked: " ".to_owned(),
            order: Box::default(),
        };
        for field in kind.all_fields() {
            made.add(field, &raw.fields);
        }
        for (key, fields) in raw
            .subs
            .iter()
            .filter(|(_, fields)| !crate::common::is_voided(fields))
        {
            for field in kind
                .list(&key.kind)
                .into_iter()
                .flat_map(|list| list.all_fields())
            {
                made.add(field, fields);
            }
        }
        made.order = show::sort_key(kind, raw).into_boxed_slice();
        made.folded.shrink_to_fit();
        made.marked.shrink_to_fit();
        made
    }

    fn add(&mut self, field: &Field, fields: &Fields) {
        if !field.searchable || field.is_hidden() {
            return;
        }
        // What is not understood is searched as it is shown.
        let reading = datum::read(field, fields);
        let values = reading.datum.iter().map(|datum| match datum {
            Datum::Text(words) | Datum::Added { words, .. } => words.clone(),
            other => match datum::value_of(&field.holds, other.clone()) {
                Some(value) => datum::shown(&value),
                None => String::new(),
            },
        });
        let faults = reading.faults.iter().map(|fault| fault.shown.clone());
        for value in values.chain(faults) {
            text::push_words(&value, &mut self.folded, &mut self.marked);
            self.folded.push_str("\n ");
            self.marked.push_str("\n ");
        }
    }

    fn fit(&self, query: &Query) -> Option<(Fit, bool)> {
        let mut fit = Fit::Exact;
        for word in &query.words {
            fit = fit.max(word.fit(&self.folded, &self.marked)?);
        }
        let together = |line: &str| query.words.iter().all(|word| line.contains(&word.folded));
        Some((fit, query.words.len() > 1 && !self.folded.lines().any(together)))
    }
}

/// A query, taken apart once.
#[derive(Clone, Debug, Default)]
struct Query {
    words: Vec<Word>,
}

#[derive(Clone, Debug)]
struct Word {
    folded: String,
    between: String,
    begins: String,
    marked: String,
}

impl Query {
    fn new(typed: &str) -> Self {
        let (mut folded, mut marked) = (String::new(), String::new());
        text::push_words(typed, &mut folded, &mut marked);
        let words = folded
            .split_whitespace()
            .zip(marked.split_whitespace())
            .map(|(folded, marked)| Word {
                folded: folded.to_owned(),
                between: format!(" {folded} "),
                begins: format!(" {folded}"),
                marked: format!(" {marked} "),
            });
        Query {
            words: words.take(12).collect(),
        }
    }
}

impl Word {
    fn fit(&self, folded: &str, marked: &str) -> Option<Fit> {
        if !folded.contains(&self.folded) {
            return None;
        }
        Some(if marked.contains(&self.marked) {
            Fit::Exact
        } else if folded.contains(&self.between) {
            Fit::WithoutMarks
        } else if folded.contains(&self.begins) {
            Fit::Begins
        } else {
            Fit::Inside
        })
    }
}

/// The search texts of many records, kept up record by record.
#[derive(Clone, Debug)]
pub struct SearchIndex<K> {
    texts: BTreeMap<K, SearchText>,
}

impl<K> Default for SearchIndex<K> {
    fn default() -> Self {
        SearchIndex {
            texts: BTreeMap::new(),
        }
    }
}

impl<K: Ord + Clone> SearchIndex<K> {
    /// An empty index.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a record in, or in the place of its older state.
    pub fn put(&mut self, key: K, text: SearchText) {
        self.texts.insert(key, text);
    }

    /// Takes a record out.
    pub fn remove(&mut self, key: &K) {
        self.texts.remove(key);
    }

    /// A record's place in lists that go by name.
    pub fn order(&self, key: &K) -> &[u8] {
        self.texts.get(key).map_or(&[], |text| &text.order)
    }

    /// How many records are in it.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Finds records that have every word typed: best fit first, then by name. Nothing typed finds nothing.
    pub fn find(&self, typed: &str, most: usize, wanted: impl Fn(&K) -> bool) -> Found<K> {
        let query = Query::new(typed);
        if query.words.is_empty() {
            return Found {
                hits: Vec::new(),
                total: 0,
            };
        }
        let mut found: Vec<(Fit, bool, &[u8], &K)> = Vec::new();
        for (key, text) in &self.texts {
            if let Some((fit, spread)) = text.fit(&query)
                && wanted(key)
            {
                found.push((fit, spread, &text.order, key));
            }
        }
        let total = found.len();
        if most < total {
            found.select_nth_unstable(most);
            found.truncate(most);
        }
        found.sort_unstable();
        let hits = found.into_iter().map(|(fit, spread, _, key)| Hit {
            key: key.clone(),
            fit,
            spread,
        });
        Found {
            hits: hits.collect(),
            total,
        }
    }
}
