//! Photographs of records.

use super::data;

data! {
    /// A photograph of a record, or of a form that is being filled in.
    pub struct PhotoRow {
        /// Its key in the record, or its id with the draft.
        pub photo: String,
        /// Its name.
        pub name: String,
        /// "412 KB".
        pub size: String,
        /// Whether it was taken away.
        pub taken: bool,
        /// How far it has come by itself, beside its record; `null`: it lies with a draft, or has not come here.
        pub delivery: Option<super::Delivered>,
    }

    /// A photograph to be added to a form.
    pub struct PhotoInput {
        /// The draft of the form.
        pub draft: String,
        /// What its file is called.
        pub name: String,
        /// The file's bytes, in base64.
        pub content: String,
    }

    /// A photograph to be looked at.
    pub struct PhotoAsk {
        /// The record that it belongs to; for one of a form `null`.
        pub key: Option<String>,
        /// The draft that it lies with; for one of a record `null`.
        pub draft: Option<String>,
        /// Which, as [`PhotoRow::photo`].
        pub photo: String,
    }

    /// A photograph as far as it is here.
    pub struct PhotoSeen {
        /// A JPEG, in base64; `null`: it is not here, and `says` says why.
        pub content: Option<String>,
        /// One sentence where there is nothing to see.
        pub says: String,
    }
}
