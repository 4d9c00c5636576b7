//! What people write into fields: short, as on paper, and never a person's name.

pub(crate) const FARM: &[&str] = &[
    "Làm ruộng",
    "Làm ruộng",
    "Làm ruộng",
    "Công nhân xi măng",
    "Công nhân may",
    "Công nhân may",
    "Thợ xây",
    "Thợ xây",
    "Thợ mộc",
    "Buôn bán nhỏ",
    "Buôn bán nhỏ",
    "Lái xe",
    "Chăn nuôi",
    "Trồng dứa",
    "Trồng mía",
    "Giáo viên",
    "Nhân viên văn phòng",
    "Lao động tự do",
    "Lao động tự do",
    "Thợ cơ khí",
    "Thợ điện nước",
    "Nội trợ",
    "Điều dưỡng",
    "Bán hàng",
];
pub(crate) const AWAY: &[&str] = &[
    "Khu công nghiệp VSIP, Bắc Ninh",
    "Bình Dương",
    "Hà Nội",
    "Thành phố Hồ Chí Minh",
    "Đồng Nai",
    "Hải Phòng",
    "Khu công nghiệp Lễ Môn, Thanh Hóa",
    "Khu kinh tế Nghi Sơn",
    "Nhật Bản",
    "Đài Loan",
    "Hàn Quốc",
    "Ninh Bình",
];
pub(crate) const LANES: &[&str] = &[
    "Ngõ 1",
    "Ngõ 2",
    "Ngõ 3",
    "Ngõ 5",
    "Ngõ 7",
    "Ngõ Chùa",
    "Ngõ Giếng",
    "Ngõ Trạm bơm",
    "Ngõ Nhà văn hóa",
    "Đường liên thôn",
];
pub(crate) const GROUPS: &[&str] = &[
    "Nhóm hộ tự quản số 1",
    "Nhóm hộ tự quản số 2",
    "Nhóm hộ tự quản số 3",
    "Nhóm hộ tự quản số 4",
    "Nhóm hộ tự quản số 5",
];
pub(crate) const HOUSEHOLD_NOTES: &[&str] = &[
    "Hộ gương mẫu trong thôn.",
    "Có người lớn tuổi ở nhà một mình ban ngày.",
    "Nhà ở cuối ngõ, nên gọi trước khi đến.",
    "Gia đình liệt sĩ.",
    "Có xưởng mộc nhỏ tại nhà.",
    "Hai vợ chồng đi làm ca, chỉ ở nhà buổi tối.",
];
pub(crate) const NOT_SIGNED: &[&str] = &[
    "Chủ hộ đi làm ăn xa, chưa về.",
    "Gia đình chưa nhất trí, xin thêm thời gian.",
    "Đến hai lần không gặp ai ở nhà.",
    "Chủ hộ đang điều trị tại bệnh viện.",
    "Cho rằng không cần ký, cần vận động lại.",
    "Hộ mới đến, đang làm thủ tục tạm trú.",
];
pub(crate) const HALL: &[&str] = &[
    "Nhà văn hóa thôn",
    "Nhà văn hóa thôn",
    "Nhà văn hóa thôn",
    "Sân bóng thôn",
    "Sân đình",
    "Hội trường UBND xã",
];
pub(crate) const UNIT_PLACES: &[&str] = &[
    "Hội trường UBND xã",
    "Trường Trung học cơ sở",
    "Nhà văn hóa trung tâm",
    "Sân vận động xã",
    "Trạm Y tế",
    "Chợ trung tâm",
];
pub(crate) const HANDED_OUT: &[&str] = &[
    "Tờ rơi tác hại ma túy",
    "Tờ rơi, mẫu cam kết",
    "Sổ tay hỏi đáp pháp luật",
    "Áp phích nhận biết ma túy mới",
];
pub(crate) const MEETING_RESULTS: &[&str] = &[
    "Bà con nhất trí với nội dung, đăng ký ký cam kết.",
    "Nhiều ý kiến hỏi về thuốc lá điện tử, đã giải đáp.",
    "Thống nhất lịch tuần tra của tổ tự quản.",
    "Đề nghị lắp thêm đèn ở đường liên thôn.",
    "Đông đủ, không có ý kiến khác.",
    "Đề nghị Công an xã nói chuyện ở trường học.",
    "Thanh niên dự ít, cần mời lại vào buổi tối cuối tuần.",
];
pub(crate) const VISIT_RESULTS: &[&str] = &[
    "Gia đình hiểu và ủng hộ.",
    "Đã giải thích nội dung cam kết, gia đình đồng ý ký.",
    "Gia đình lo con cái chơi với bạn xấu, đã hướng dẫn.",
    "Không có ai ở nhà, hẹn lại.",
    "Nhắc cả nhà số điện thoại đường dây nóng.",
    "Gia đình chưa quyết định, sẽ đến lại.",
];
pub(crate) const CONTACT_CONTENTS: &[&str] = &[
    "Thăm hỏi, động viên; nhắc lịch uống thuốc.",
    "Hỏi thăm việc làm, hướng dẫn gặp đoàn thể để được hỗ trợ.",
    "Nói chuyện với gia đình, nhắc giữ giờ giấc.",
    "Động viên tham gia sinh hoạt thôn.",
    "Nhắc lịch xét nghiệm theo quyết định.",
    "Gặp tại nhà, tinh thần ổn định.",
    "Trao đổi cách từ chối khi bạn cũ rủ rê.",
];
pub(crate) const HEALTH: &[&str] = &[
    "Bình thường",
    "Ăn ngủ tốt hơn",
    "Còn mất ngủ",
    "Sụt cân nhẹ",
    "Đang uống thuốc đều",
];
pub(crate) const WORK: &[&str] = &[
    "Phụ hồ",
    "Làm ruộng cùng gia đình",
    "Chưa có việc",
    "Đang học nghề",
    "Làm công nhật",
];
pub(crate) const NEEDS: &[&str] = &[
    "Muốn học nghề cơ khí.",
    "Cần vay vốn chăn nuôi.",
    "Cần giới thiệu việc làm gần nhà.",
    "Chưa có yêu cầu.",
];
pub(crate) const DUTIES: &[&str] = &[
    "Gặp mỗi tháng ít nhất một lần; động viên, nhắc lịch uống thuốc; báo Công an xã khi vắng mặt.",
    "Thăm gia đình hằng tháng, giúp tìm việc làm, ghi lại tình hình.",
    "Tiếp xúc, giáo dục, nhắc chấp hành quyết định; báo ngay khi có dấu hiệu sử dụng lại.",
];
pub(crate) const TIP_CONTENTS: &[&str] = &[
    "Thấy nhóm thanh niên lạ tụ tập đêm khuya, nghi sử dụng ma túy.",
    "Nhà bỏ hoang có nhiều bơm kim tiêm.",
    "Xe máy lạ ra vào liên tục sau 22 giờ.",
    "Nghi có người bán thuốc lá điện tử có chất lạ gần trường học.",
    "Vườn có cây nghi là cây cần sa.",
    "Có người rủ học sinh dùng thử chất lạ.",
];
pub(crate) const TIP_PLACES: &[&str] = &[
    "gần nhà văn hóa",
    "cuối ngõ Trạm bơm",
    "khu ao cá",
    "nhà kho cũ",
    "đường liên thôn",
    "gần cổng trường",
];
pub(crate) const TIP_SUBJECTS: &[&str] = &[
    "Chưa rõ người.",
    "Ba đến bốn nam thanh niên, không rõ tên.",
    "Một nam khoảng 25 tuổi, đi xe máy màu đen.",
];
pub(crate) const TIP_RESULTS: &[&str] = &[
    "Đã vào sổ, phân công xác minh.",
    "Đã đến nơi kiểm tra, lập biên bản.",
    "Chưa phát hiện dấu hiệu vi phạm, tiếp tục nắm tình hình.",
    "Đã nhắc nhở, giao thôn theo dõi.",
    "Đã chuyển cơ quan Cảnh sát điều tra.",
];
pub(crate) const PROGRESS: &[&str] = &[
    "Đã làm xong, có biên bản.",
    "Đã triển khai tới các hộ.",
    "Đã phối hợp với đoàn thể thực hiện.",
    "Hoàn thành theo kế hoạch.",
];
pub(crate) const PROGRESS_PART: &[&str] = &[
    "Đang làm, còn một số hộ ở xa.",
    "Mới họp bàn, chưa triển khai.",
    "Chờ tài liệu của xã.",
    "Đang tổng hợp danh sách.",
];
pub(crate) const EVIDENCE: &[&str] = &[
    "Biên bản họp thôn",
    "Ảnh chụp, danh sách ký",
    "Báo cáo gửi UBND xã",
    "Sổ ghi chép của thôn",
];

/// A remark for [`crate::bulk`].
pub(crate) const REMARKS: &[&str] = &[
    "Đã gặp chủ hộ",
    "Hẹn tối thứ bảy",
    "Gửi tờ rơi cho gia đình",
    "Đã ký, giấy nộp xã",
    "Chờ con về rồi ký",
    "Nhà có việc hiếu",
];
