//! One device's books: open, edit, publish, sync, subscribe.
