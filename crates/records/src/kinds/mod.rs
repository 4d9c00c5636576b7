//! The record kinds of domain.md §7.1, one file each. To add one: a file here, and its line in the list below.

use crate::kind::Kind;
use crate::record::Record;

pub mod actor;
pub mod tip_parts;
pub mod tip_reply;

macro_rules! kinds {
    ($( $module:ident :: $type:ident, )*) => {
        $( pub mod $module; pub use $module::$type; )*

        /// Every kind, in the order of the codes.
        pub static ALL: &[&Kind] = &[ $( $type::KIND, )* ];
    };
}

kinds! {
    household::Household,
    pledge::Pledge,
    group_pledge::GroupPledge,
    outreach::Outreach,
    material::Material,
    propagandist::Propagandist,
    business::Business,
    inspection::Inspection,
    patrol::Patrol,
    route::Route,
    plant_check::PlantCheck,
    self_group::SelfGroup,
    guard_team::GuardTeam,
    consultation::Consultation,
    tip_box::TipBox,
    box_opening::BoxOpening,
    person::Person,
    document::Document,
    contact::Contact,
    drug_test::DrugTest,
    addiction_finding::AddictionFinding,
    rehab_registration::RehabRegistration,
    rehab_stage::RehabStage,
    compulsory_file::CompulsoryFile,
    after_care::AfterCare,
    returnee::Returnee,
    care_team::CareTeam,
    support::Support,
    checkup::Checkup,
    violation::Violation,
    absence::Absence,
    monitoring::Monitoring,
    assignment::Assignment,
    tip::Tip,
    tip_handling::TipHandling,
    suspicion::Suspicion,
    hotspot::Hotspot,
    case::Case,
    fugitive::Fugitive,
    police_part::PolicePart,
    plan::Plan,
    task::Task,
    progress::Progress,
    directive::Directive,
    committee::Committee,
    launch::Launch,
    training::Training,
    campaign::Campaign,
    review::Review,
    review_confirmation::ReviewConfirmation,
    classification::Classification,
    criteria_set::CriteriaSet,
    self_score::SelfScore,
    score_check::ScoreCheck,
    score_decision::ScoreDecision,
    report::Report,
    village_report::VillageReport,
    conference::Conference,
    supervision::Supervision,
    reward::Reward,
    reward_proposal::RewardProposal,
    budget::Budget,
    good_deed::GoodDeed,
    survey::Survey,
    unit::Unit,
    official::Official,
    delegation::Delegation,
    population::Population,
    figure::Figure,
    guidance::Guidance,
    institution::Institution,
    data_request::DataRequest,
    village::Village,
    commune::Commune,
    holiday::Holiday,
    setting::Setting,
    choice::ChoiceRule,
    access::Access,
    own_plan::OwnPlan,
}
