//! Chapters: the groups in which kinds are listed, by what a person does (ux.md; the parts of domain.md §7.1).

use serde::Serialize;

use crate::label::Label;

/// What work a kind belongs to. The order is that of the lists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Chapter {
    /// Households and their pledges.
    Homes,
    /// Propaganda, culture, meetings.
    Outreach,
    /// Premises, patrols, routes, plants, groups that keep order.
    Order,
    /// Persons under management.
    Care,
    /// Tips, suspicions, cases.
    Tips,
    /// Plans, documents, committees, training, checks.
    Plan,
    /// Reviews, criteria, classification, reports, figures.
    Figures,
    /// Rewards and money.
    Means,
    /// Villages, units, people, requests about data.
    Commune,
}

impl Chapter {
    /// Its title in lists.
    pub const fn label(self) -> Label {
        match self {
            Chapter::Homes => Label::new("Hộ và cam kết", "Households and pledges"),
            Chapter::Outreach => Label::new("Tuyên truyền, vận động", "Outreach"),
            Chapter::Order => Label::new("Kiểm tra, tuần tra, tự quản", "Checks, patrols, self-management"),
            Chapter::Care => Label::new("Quản lý, giúp đỡ", "Managing and helping"),
            Chapter::Tips => Label::new("Tin báo, vụ việc", "Tips and cases"),
            Chapter::Plan => Label::new("Kế hoạch, chỉ đạo", "Plans and direction"),
            Chapter::Figures => Label::new("Rà soát, đánh giá, báo cáo", "Reviews, assessment, reports"),
            Chapter::Means => Label::new("Khen thưởng, kinh phí", "Rewards and money"),
            Chapter::Commune => Label::new("Xã, thôn, đơn vị", "Commune, villages, units"),
        }
    }
}
