//! The macros by which one declaration becomes a typed struct and the data from which everything else is drawn.
//!
//! `kind!` declares a record kind, `sub!` a part of one (a list of which it then holds), `choices!` the values of a
//! choice. Labels, bounds and rules are plain Rust expressions of [`crate::kind`]'s builders:
//!
//! ```text
//! kind! {
//!     /// The residents of a village on a day.
//!     Population = kind(Chapter::Figures, "R69", "population", "Dân số", "Population")
//!         .on(Shelf::Commune)
//!         .happened("date");
//!     fields {
//!         /// As of.
//!         date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
//!         …
//!     }
//! }
//! ```

/// Declares the values of a choice: an enum with slugs and labels, and whence they are.
macro_rules! choices {
    (
        $(#[$doc:meta])*
        $name:ident : $source:expr => {
            $( $(#[$value_doc:meta])* $value:ident = $slug:literal, $vi:literal, $en:literal; )+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name {
            $( $(#[$value_doc])* #[doc = concat!("“", $vi, "”: ", $en, ".")] $value, )+
        }

        impl $crate::kind::ChoiceSet for $name {
            const CHOICES: &'static [$crate::kind::Choice] = &[
                $( $crate::kind::Choice { slug: $slug, label: $crate::label::Label::new($vi, $en) }, )+
            ];
            const ALL: &'static [Self] = &[ $( $name::$value, )+ ];
            const SOURCE: $crate::kind::Source = $source;

            fn place(self) -> usize {
                self as usize
            }
        }
    };
}

/// Declares a part of a record: a typed struct with its fields.
macro_rules! sub {
    (
        $(#[$doc:meta])*
        $sub:ident {
            $( $(#[$field_doc:meta])* $field:ident : $type:ty = $decl:expr ),* $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Default)]
        pub struct $sub {
            $( $(#[$field_doc])* pub $field: $type, )*
            /// Whether this part is voided.
            pub voided: Option<bool>,
            /// Why it is voided.
            pub void_reason: Option<String>,
        }

        impl $crate::record::Sub for $sub {
            const FIELDS: &'static [$crate::kind::Field] = &[ $( $decl.named(stringify!($field)), )* ];

            fn read_from(reader: &mut $crate::record::Reader<'_>) -> Self {
                $sub {
                    $( $field: reader.take(), )*
                    voided: reader.take(),
                    void_reason: reader.take(),
                }
            }

            fn write_to(&self, writer: &mut $crate::record::Writer<'_>) {
                $( writer.put(&self.$field); )*
                writer.put(&self.voided);
                writer.put(&self.void_reason);
            }
        }

        impl $sub {
            /// Whether this part is in force.
            pub fn in_force(&self) -> bool {
                self.voided != Some(true)
            }
        }
    };
}

/// Declares a record kind: the typed struct, those of its lists, and the data from which everything else is drawn.
macro_rules! kind {
    (
        $(#[$doc:meta])*
        $kind:ident = $decl:expr;
        fields {
            $( $(#[$field_doc:meta])* $field:ident : $type:ty = $field_decl:expr ),* $(,)?
        }
        $( lists {
            $( $(#[$list_doc:meta])* $list:ident : $sub:ident = $list_decl:expr ),* $(,)?
        } )?
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Default)]
        pub struct $kind {
            $( $(#[$field_doc])* pub $field: $type, )*
            $($( $(#[$list_doc])* pub $list: std::collections::BTreeMap<$crate::raw::RecordId, $sub>, )*)?
            /// What every record has.
            pub common: $crate::common::Common,
        }

        impl $kind {
            const FIELDS: &'static [$crate::kind::Field] = &[ $( $field_decl.named(stringify!($field)), )* ];
            const LISTS: &'static [$crate::kind::List] = &[ $($(
                $crate::kind::List {
                    name: stringify!($list),
                    fields: <$sub as $crate::record::Sub>::FIELDS,
                    ..$list_decl
                },
            )*)? ];
        }

        impl $crate::record::Record for $kind {
            const KIND: &'static $crate::kind::Kind =
                &$crate::kind::Kind {
                    fields: $kind::FIELDS,
                    lists: $kind::LISTS,
                    reread: |raw| {
                        let typed = <$kind as $crate::record::Record>::read(raw);
                        let value = $crate::record::Record::write(&typed.value);
                        $crate::record::Typed { value, problems: typed.problems }
                    },
                    ..$decl
                };

            fn read(raw: &$crate::raw::RawRecord) -> $crate::record::Typed<Self> {
                let mut reader = $crate::record::Reader::new($kind::FIELDS, &raw.fields, None);
                $( let $field = reader.take(); )*
                let mut problems = reader.problems;
                let value = $kind {
                    $( $field, )*
                    $($( $list: $crate::record::read_subs(stringify!($list), raw, &mut problems), )*)?
                    common: $crate::common::Common::read(raw, &mut problems),
                };
                $crate::record::Typed { value, problems }
            }

            fn write(&self) -> $crate::raw::RawRecord {
                let mut raw = $crate::raw::RawRecord::default();
                let mut writer = $crate::record::Writer::new($kind::FIELDS, &mut raw.fields);
                $( writer.put(&self.$field); )*
                $($( $crate::record::write_subs(stringify!($list), &self.$list, &mut raw); )*)?
                self.common.write(&mut raw);
                raw
            }

            fn common(&self) -> &$crate::common::Common {
                &self.common
            }

            fn common_mut(&mut self) -> &mut $crate::common::Common {
                &mut self.common
            }
        }
    };
}

pub(crate) use {choices, kind, sub};
