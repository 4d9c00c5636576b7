//! R21 Quyết định, giấy tờ: the documents on which states rest.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, refers, text};
use crate::raw::RecordKey;

choices! {
    /// Kinds of documents, with the form numbers of regime A (NĐ 105, 109, 116/2021).
    DocumentType: Source::Own => {
        UserManagement = "user-management", "Quyết định quản lý người sử dụng trái phép (Mẫu 07)", "Decision to manage a user";
        UserStopped = "user-stopped", "Quyết định dừng quản lý (Mẫu 09)", "Decision to stop management";
        UserEnded = "user-ended", "Quyết định chấm dứt quản lý (Mẫu 10)", "Decision to end management";
        UserSuspended = "user-suspended", "Quyết định tạm đình chỉ quản lý", "Decision to suspend management";
        TestResult = "test-result", "Phiếu kết quả xét nghiệm (Mẫu 03)", "Test result";
        FindingRequested = "finding-requested", "Giấy đề nghị xác định tình trạng nghiện (Mẫu 02)", "Request for a finding on addiction";
        Finding = "finding", "Phiếu kết quả xác định tình trạng nghiện (Mẫu 04, 05)", "Finding on addiction";
        VoluntaryRehab = "voluntary-rehab", "Quyết định cai nghiện tự nguyện, điều trị thay thế (Mẫu 24)", "Decision on voluntary rehab or substitution";
        RegistrationReceived = "registration-received", "Biên bản tiếp nhận đăng ký cai nghiện", "Minutes receiving a registration";
        RehabContract = "rehab-contract", "Hợp đồng dịch vụ cai nghiện (Mẫu 28)", "Rehab contract";
        TreatmentConfirmed = "treatment-confirmed", "Xác nhận của cơ sở điều trị thay thế", "Confirmation of the treating facility";
        ProvincialPolice = "provincial-police", "Quyết định của Giám đốc Công an tỉnh", "Decision of the director of provincial police";
        Violation = "violation", "Biên bản vi phạm", "Minutes of a violation";
        Court = "court", "Quyết định của Tòa án", "Court decision";
        RehabCompleted = "rehab-completed", "Giấy xác nhận hoàn thành cai nghiện (Mẫu 26a, 26b)", "Certificate of completed rehab";
        AfterCare = "after-care", "Quyết định quản lý sau cai nghiện (Mẫu 51)", "After-care decision";
        AfterCareServed = "after-care-served", "Giấy chứng nhận chấp hành xong quản lý sau cai (Mẫu 54)", "Certificate of served after-care";
        Sentence = "sentence", "Bản án, quyết định thi hành án", "Sentence";
        Transfer = "transfer", "Thông báo chuyển nơi cư trú (Mẫu 08, 25, 53)", "Notice of a move";
        Registration = "registration", "Đơn đăng ký cai nghiện (Mẫu 22)", "Registration for rehab";
        Background = "background", "Bản tóm tắt lý lịch", "Summary of background";
        Statement = "statement", "Bản tường trình", "Statement";
        Other = "other", "Giấy tờ khác", "Other";
    }
}

kind! {
    /// A decision or paper about a person.
    Document = kind(Chapter::Care, "R21", "document", "Quyết định, giấy tờ", "Document")
        .purpose("Căn cứ của mỗi trạng thái quản lý", "What each state of management rests on")
        .on(Shelf::CareFiles)
        .titled(&["kind_of", "number"])
        .happened("date")
        .feeds(&["I20"]);
    fields {
        /// The person concerned.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// What it is.
        kind_of: Option<DocumentType> = choice::<DocumentType>("Loại (mẫu số)", "Type (form)").required(),
        /// Its number.
        number: Option<String> = text("Số", "Number", 60).required().searchable(),
        /// Its date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Who issued it.
        authority: Option<String> = text("Cơ quan ký", "Issued by", 200).required(),
        /// Who signed it.
        signer: Option<String> = text("Người ký", "Signed by", 100),
        /// In force from.
        valid_from: Option<NaiveDate> = date("Hiệu lực từ", "Valid from"),
        /// In force until.
        valid_until: Option<NaiveDate> = date("Hiệu lực đến", "Valid until").not_before("valid_from"),
        /// To whom it was sent.
        sent_to: Option<String> = text("Gửi ai", "Sent to", 300),
        /// Its place in the file.
        folio: Option<String> = text("Bút lục", "Folio", 40),
    }
}
