//! What is worth knowing of a table before it is taken, in sentences.

use sothon_records::kinds::person::Regime;
use sothon_records::{Fields, Lang};
use sothon_sheets::{Line, Subject};

use super::OpenTable;
use crate::desk::Desk;

impl Desk {
    pub(super) fn table_notices(&self, table: &OpenTable) -> Vec<String> {
        let by_village = self.villages_of_rows(table);
        let own = [
            self.hidden_rows(table),
            self.episodes_of_rows(table),
            self.laws_of_rows(table),
        ];
        let own: Vec<String> = own.into_iter().flatten().collect();
        let mut notices: Vec<&str> = own.iter().map(String::as_str).collect();
        if table.subject == Subject::Pledges && table.mapping.column("signer").is_none() {
            notices.push(self.t(
                "Bảng không có cột người ký: ghi tên chủ hộ.",
                "The table has no column of who signed: the head's name is written.",
            ));
        }
        notices.extend(by_village.as_deref());
        if table.mapping.column("identity").is_some() {
            notices.push(self.t(
                "Số định danh chỉ dùng để nhận ra người trùng, không lưu vào sổ.",
                "Identity numbers are used to tell people apart and are not kept.",
            ));
        }
        notices.into_iter().map(str::to_owned).collect()
    }

    /// How many of the rows the file hides, in one sentence.
    fn hidden_rows(&self, table: &OpenTable) -> Option<String> {
        let count = table.made.hidden;
        (count > 0).then(|| match self.lang {
            Lang::Vi => format!("Có {} dòng đang ẩn trong tệp, vẫn được nhập.", self.count(count)),
            Lang::En => format!(
                "{} rows are hidden in the file, and are taken too.",
                self.count(count)
            ),
        })
    }

    /// How many persons stand in several rows, and with how many episodes that have no end.
    fn episodes_of_rows(&self, table: &OpenTable) -> Option<String> {
        let several = table.fresh().filter(|line| !line.more.is_empty());
        let is_open = |fields: &&Fields| !fields.contains_key("ended");
        let open = |line: &&Line| line.record.subs.values().filter(is_open).count() > 1;
        let (several, open) = (several.clone().count(), several.filter(open).count());
        (several > 0).then(|| match self.lang {
            Lang::Vi => format!(
                "{} người có nhiều dòng: mỗi diện là một trạng thái trong cùng hồ sơ. {} người có từ hai trạng thái chưa ghi ngày kết thúc: để nguyên, mục Cần xem lại sẽ hỏi.",
                self.count(several),
                self.count(open),
            ),
            Lang::En => format!(
                "{} persons have several rows: each state is an episode of one record. {} have two or more without an end: they stay, and are asked about under Review.",
                self.count(several),
                self.count(open),
            ),
        })
    }

    /// How many episodes got their law by the day on which they began, and what is to be looked at.
    fn laws_of_rows(&self, table: &OpenTable) -> Option<String> {
        let of = |law: Regime| {
            let fresh = table.fresh().flat_map(|line| line.parts.values());
            let added = table.adding().flat_map(|adds| &adds.adds);
            let all = fresh.chain(added.map(|(stands, _)| stands));
            all.filter(|stands| stands.by_day == Some(law)).count()
        };
        let (old, new) = (of(Regime::A), of(Regime::B));
        (old + new > 0).then(|| match self.lang {
            Lang::Vi => format!(
                "Chế độ pháp luật ghi theo ngày vào diện: {} trạng thái theo Luật 73/2021/QH14 (trước 01/07/2026), {} theo Luật 120/2025/QH15. Kiểm tra hồ sơ lập trước ngày đó mà quyết định từ ngày đó: theo Luật 120/2025/QH15 (Điều 56).",
                self.count(old),
                self.count(new),
            ),
            Lang::En => format!(
                "The law is written by the day of each state: {} under Law 73/2021/QH14 (before 01/07/2026), {} under Law 120/2025/QH15. Look at files begun before that day and decided since: they are under Law 120/2025/QH15 (Article 56).",
                self.count(old),
                self.count(new),
            ),
        })
    }
}
