//! R66 Người tốt, việc tốt; tin bài: what is told to others, with consent.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, long, text, yes_no};

choices! {
    /// Where it was made known.
    NewsChannel: Source::Own => {
        Loudspeaker = "loudspeaker", "Loa truyền thanh", "Loudspeaker";
        Zalo = "zalo", "Zalo", "Zalo";
        Facebook = "facebook", "Facebook", "Facebook";
        Newspaper = "newspaper", "Báo, đài", "Press";
        Meeting = "meeting", "Hội nghị, họp thôn", "Meeting";
        Other = "other", "Khác", "Other";
    }
}

kind! {
    /// A good deed or a piece of news that is made known (plan III.3-1), with the consent of who is named.
    GoodDeed = kind(Chapter::Outreach, "R66", "good-deed", "Người tốt, việc tốt; tin bài", "Good deed or news")
        .purpose("Nêu gương người tốt, việc tốt; theo dõi tin bài", "To make good deeds known and follow the news")
        .on(Shelf::Commune)
        .titled(&["name", "date"])
        .happened("date")
        .feeds(&["I46"]);
    fields {
        /// Name.
        name: Option<String> = text("Tên", "Name", 200).required().searchable(),
        /// Content.
        content: Option<String> = long("Nội dung", "Content").required(),
        /// Channel.
        channel: Option<NewsChannel> = choice::<NewsChannel>("Kênh", "Channel"),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Link.
        link: Option<String> = text("Liên kết", "Link", 300),
        /// Agrees to be named.
        consent: Option<bool> = yes_no("Đồng ý công khai", "Agrees to be named"),
    }
}
