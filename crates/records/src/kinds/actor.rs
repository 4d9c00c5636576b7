//! Who carries out the plan: the bodies and forces that it names (plan, all parts; S108 of domain.md §7.2).

use crate::declare::choices;
use crate::kind::Source;
choices! {
    /// A body or force of the commune, in the words of the plan. A merged or renamed unit keeps its actor, so figures
    /// by actor stay comparable.
    Actor: Source::Own => {
        PartyCommittee = "party-committee", "Đảng ủy xã", "Party committee";
        PeoplesCommittee = "peoples-committee", "Ủy ban nhân dân xã", "People's committee";
        SteeringCommittee = "steering-committee", "Ban Chỉ đạo phòng, chống tội phạm, tệ nạn xã hội", "Steering committee on crime and social evils";
        ModelCommittee = "model-committee", "Ban Chỉ đạo mô hình", "Steering committee of the model";
        HelperTeam = "helper-team", "Tổ giúp việc Ban Chỉ đạo", "Team assisting the steering committee";
        Office = "office", "Văn phòng", "Office";
        Police = "police", "Công an xã", "Commune police";
        Military = "military", "Ban Chỉ huy quân sự xã", "Military command";
        Culture = "culture", "Văn hóa và Thông tin", "Culture and information";
        Health = "health", "Trạm Y tế", "Health station";
        Front = "front", "Ủy ban MTTQ xã", "Fatherland Front";
        Women = "women", "Hội Liên hiệp Phụ nữ", "Women's union";
        Youth = "youth", "Đoàn Thanh niên", "Youth union";
        Veterans = "veterans", "Hội Cựu chiến binh", "Veterans' association";
        ExPolice = "ex-police", "Hội Cựu Công an nhân dân", "Former police association";
        SecurityForce = "security-force", "Lực lượng bảo vệ an ninh, trật tự ở cơ sở", "Local security force";
        VillageHead = "village-head", "Trưởng thôn", "Village head";
        PartyCell = "party-cell", "Chi bộ thôn", "Village Party cell";
        School = "school", "Trường học", "School";
        Pharmacy = "pharmacy", "Quầy thuốc", "Pharmacy";
        Other = "other", "Khác", "Other";
    }
}
