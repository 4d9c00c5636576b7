//! Assignment cards (R36) of a team that helps a person (R30).

use super::data;

data! {
    /// With what the cards of a team begin.
    pub struct CardsPage {
        /// The person whom the team helps.
        pub person: String,
        /// Those of the team who are no police.
        pub helpers: Vec<HelperRow>,
        /// The cards, as far as they follow from the team: for those who have none.
        pub suggested: CardsInput,
    }

    /// Somebody of a team.
    pub struct HelperRow {
        /// Full name.
        pub name: String,
        /// What he is in the team.
        pub role: String,
        /// Whether he has a card of this person that is in force.
        pub has: bool,
    }

    /// Cards as they are typed: the same for all who get one.
    #[derive(Default)]
    pub struct CardsInput {
        /// The team.
        pub team: String,
        /// Who gets one.
        pub names: Vec<String>,
        /// The person's address.
        pub address: String,
        /// What is to be done.
        pub duties: String,
        /// From.
        pub from: String,
        /// Until.
        pub until: String,
        /// The next contact.
        pub next_on: String,
        /// The decision on which they rest.
        pub basis: String,
    }

    /// What was made.
    pub struct CardsMade {
        /// The act, to be undone as one.
        pub act: String,
        /// "Đã làm 2 thẻ tiếp xúc trên máy này".
        pub says: String,
    }
}
