//! What people write into the fields of forms that come once in months or years: by the kind, the field, and of a part its
//! list before it. In a text `{person}` is an invented name, `{n}` a number, `{year}` the year, `{lane}` where somebody lives.

use crate::dice::Dice;
use crate::{home, names};

type Said = (&'static str, &'static [(&'static str, &'static [&'static str])]);

const SAID: &[Said] = &[
    (
        "absence",
        &[
            (
                "place",
                &[
                    "Khu công nghiệp VSIP, Bắc Ninh",
                    "Nhà người thân ở Ninh Bình",
                    "Bình Dương",
                ],
            ),
            ("received_by", &["Công an nơi đến", "Công an phường nơi tạm trú"]),
            ("note", &["Gia đình báo trước khi đi, có để lại số điện thoại."]),
        ],
    ),
    (
        "access",
        &[
            ("subject", &["household"]),
            ("scope", &["R01, mọi nơi đọc được, xlsx"]),
            ("reason", &["Lập danh sách nộp Ủy ban nhân dân xã."]),
            ("note", &["Đã xóa tệp sau khi in."]),
        ],
    ),
    (
        "addiction-finding",
        &[
            (
                "facility",
                &["Trung tâm Y tế khu vực", "Bệnh viện Đa khoa khu vực"],
            ),
            ("slip", &["{n}/PKQ"]),
            ("note", &["Gia đình có mặt khi nhận kết quả."]),
        ],
    ),
    (
        "after-care",
        &[
            ("decision", &["{n}/QĐ-UBND"]),
            ("assigned", &["{person}"]),
            (
                "tests",
                &["Hai lần trong kỳ, đều âm tính", "Một lần đột xuất, âm tính"],
            ),
            (
                "absences/reason",
                &["Đi thăm người ốm, không báo trước", "Đi làm xa ba ngày, quên báo"],
            ),
            ("note", &["Đang làm thợ xây, gia đình ổn định."]),
        ],
    ),
    (
        "assignment",
        &[
            ("name", &["{person}"]),
            ("address", &["{lane}"]),
            ("assignee", &["{person}"]),
            (
                "duties",
                &["Gặp mỗi tháng ít nhất một lần; động viên, nhắc lịch; báo Công an xã khi vắng mặt."],
            ),
            ("basis", &["Quyết định số {n}/QĐ-UBND"]),
            ("note", &["Gia đình đồng ý với người được phân công."]),
        ],
    ),
    (
        "box-opening",
        &[
            ("minutes", &["{n}/BB-MHT"]),
            ("openers/name", &["{person}"]),
            (
                "openers/position",
                &[
                    "Trưởng thôn",
                    "Trưởng ban Công tác Mặt trận",
                    "Công an viên phụ trách",
                ],
            ),
            ("note", &["Khóa và niêm phong còn nguyên khi mở."]),
        ],
    ),
    (
        "budget",
        &[
            (
                "donor",
                &["Hợp tác xã dịch vụ nông nghiệp", "Nhóm cán bộ hưu trí trong xã"],
            ),
            (
                "content",
                &[
                    "In tờ rơi, bản cam kết",
                    "Tập huấn cho lực lượng ở thôn",
                    "Hỗ trợ tuần tra ban đêm",
                    "Sơ kết, khen thưởng",
                ],
            ),
            ("voucher", &["Dự toán số {n}/DT-UBND"]),
            (
                "payments/content",
                &[
                    "Chi in tờ rơi đợt một",
                    "Chi nước uống, tài liệu lớp tập huấn",
                    "Mua đèn pin, còi cho tổ tuần tra",
                ],
            ),
            ("payments/voucher", &["Phiếu chi số {n}"]),
            ("note", &["Quyết toán cùng kỳ với ngân sách xã."]),
        ],
    ),
    (
        "business",
        &[
            (
                "name",
                &[
                    "Karaoke Hoa Sen",
                    "Nhà nghỉ Bình Minh",
                    "Quầy thuốc số {n}",
                    "Internet Tuổi Trẻ",
                    "Cầm đồ Thành Công",
                ],
            ),
            ("manager", &["{person}"]),
            ("address", &["{lane}"]),
            ("licence", &["{n}/GCN-ANTT"]),
            ("note", &["Mở cửa đến 22 giờ, hợp tác khi kiểm tra."]),
        ],
    ),
    (
        "campaign",
        &[
            (
                "name",
                &[
                    "Tháng hành động phòng, chống ma túy năm {year}",
                    "Cao điểm tấn công, trấn áp tội phạm dịp Tết",
                ],
            ),
            (
                "aim",
                &[
                    "Vận động mọi hộ ký cam kết; rà soát người trong diện quản lý; kiểm tra các cơ sở có nguy cơ.",
                ],
            ),
            (
                "summary",
                &["Đã họp ở tất cả các thôn, phát tờ rơi tới từng hộ. Một số hộ đi làm xa chưa gặp được."],
            ),
            ("note", &["Phối hợp với Đoàn Thanh niên và các trường."]),
        ],
    ),
    (
        "care-team",
        &[
            ("decision", &["{n}/QĐ-UBND"]),
            ("leader", &["{person}"]),
            ("deputy", &["{person}"]),
            ("counsellor", &["{person}"]),
            (
                "duties",
                &[
                    "Gặp gỡ, động viên hằng tháng; giúp tìm việc làm; báo Công an xã khi có biểu hiện khác thường.",
                ],
            ),
            ("members/name", &["{person}"]),
            ("members/role", &["Tư vấn", "Hỗ trợ việc làm", "Liên hệ gia đình"]),
            ("note", &["Tổ họp vào tuần đầu mỗi tháng."]),
        ],
    ),
    (
        "case",
        &[
            ("place", &["Nhà kho cũ đầu làng", "Khu ao cá cuối thôn"]),
            (
                "deed",
                &["Tàng trữ trái phép chất ma túy", "Sử dụng trái phép chất ma túy"],
            ),
            ("decision", &["{n}/QĐ-XPHC"]),
            ("forces", &["Công an xã, Tổ bảo vệ an ninh, trật tự"]),
            ("note", &["Hồ sơ đã chuyển cơ quan có thẩm quyền."]),
        ],
    ),
    (
        "checkup",
        &[
            ("round", &["Đợt khám quý, năm {year}", "Tư vấn tại Trạm Y tế"]),
            (
                "content",
                &["Khám sức khỏe chung, tư vấn dùng thuốc đúng giờ. Ăn ngủ bình thường."],
            ),
            ("referred_to", &["Trung tâm Y tế khu vực"]),
            ("note", &["Hẹn khám lại sau ba tháng."]),
        ],
    ),
    (
        "choice",
        &[
            ("words", &["Tiệm xăm"]),
            (
                "basis",
                &["Thông báo kết luận họp giao ban của Ủy ban nhân dân xã"],
            ),
            ("decided_by", &["{person}"]),
            ("note", &["Công an xã đề nghị."]),
        ],
    ),
    (
        "classification",
        &[
            ("thresholds", &["Quyết định 28/2025/QĐ-TTg, Điều 4"]),
            (
                "reading",
                &["Số 0 không tính là đạt mức loại III; cần Công an xác nhận cách hiểu."],
            ),
            ("decided_by", &["{person}"]),
            ("approval", &["{n}/TB-UBND"]),
            ("criteria/criterion", &["a) Tỷ lệ người có hồ sơ quản lý"]),
            ("criteria/value", &["0,03 %"]),
            ("criteria/met", &["Dưới mức loại III"]),
            ("note", &["Số liệu chốt đến ngày 14/12."]),
        ],
    ),
    (
        "committee",
        &[
            (
                "name",
                &[
                    "Ban Chỉ đạo phòng, chống tội phạm, tệ nạn xã hội xã",
                    "Tổ giúp việc Ban Chỉ đạo",
                ],
            ),
            ("decision", &["{n}/QĐ-UBND"]),
            (
                "rules",
                &["Họp ba tháng một lần; mỗi thành viên phụ trách một thôn và báo cáo bằng văn bản."],
            ),
            ("members/name", &["{person}"]),
            (
                "members/position",
                &[
                    "Phó Chủ tịch Ủy ban nhân dân xã",
                    "Trưởng Công an xã",
                    "Chủ tịch Hội Phụ nữ",
                ],
            ),
            (
                "sessions/content",
                &["Nghe báo cáo tình hình các thôn, bàn việc quý tới"],
            ),
            (
                "sessions/conclusion",
                &["Các thôn còn hộ chưa ký phải gặp từng hộ trước ngày 25"],
            ),
            ("note", &["Thay một thành viên đã chuyển công tác."]),
        ],
    ),
    (
        "commune",
        &[
            ("name", &["Xã Quang Trung"]),
            ("decision", &["Nghị quyết số {n} (số liệu mẫu)"]),
            ("formers/called", &["Xã Tân Hòa (số liệu mẫu)"]),
            ("superiors/basis", &["Văn bản số {n} (số liệu mẫu)"]),
            ("note", &["Tên và mã sẽ ghi lại khi có văn bản mới."]),
        ],
    ),
    (
        "compulsory-file",
        &[
            ("postponed", &["Không thuộc trường hợp hoãn, miễn"]),
            (
                "papers/name",
                &[
                    "Biên bản vi phạm",
                    "Phiếu kết quả xác định tình trạng nghiện",
                    "Bản tóm tắt lý lịch",
                ],
            ),
            ("papers/folio", &["{n}"]),
            ("note", &["Người được đề nghị đã đọc hồ sơ, không có ý kiến."]),
        ],
    ),
    (
        "conference",
        &[
            (
                "attendants",
                &["Đảng ủy, Ủy ban nhân dân, Mặt trận, các đoàn thể, trưởng các thôn"],
            ),
            (
                "results",
                &["Tỷ lệ hộ ký cam kết tăng so với cùng kỳ; các nhóm hộ tự quản sinh hoạt đều."],
            ),
            (
                "weaknesses",
                &["Một số thôn báo cáo chậm; thanh niên đi làm xa khó mời họp."],
            ),
            (
                "lessons",
                &["Gặp từng hộ vào buổi tối có kết quả hơn phát giấy mời chung."],
            ),
            (
                "conclusion",
                &["Giao Công an xã lập lịch kiểm tra từng thôn trong quý tới."],
            ),
            ("note", &["Biên bản lưu tại Văn phòng."]),
        ],
    ),
    (
        "consultation",
        &[
            (
                "content",
                &[
                    "Lấy ý kiến về mô hình nhóm hộ tự quản",
                    "Góp ý kế hoạch xây dựng thôn không ma túy",
                ],
            ),
            (
                "opinions",
                &["Đa số nhất trí. Có ý kiến đề nghị lắp thêm đèn ở đường liên thôn."],
            ),
            (
                "conclusion",
                &["Thông qua nội dung, giao các nhóm trưởng triển khai."],
            ),
            ("minutes", &["{n}/BB-HT"]),
            ("chair", &["{person}"]),
            ("secretary", &["{person}"]),
            ("note", &["Họp tại nhà văn hóa, kết thúc lúc 21 giờ."]),
        ],
    ),
    (
        "contact",
        &[
            ("by", &["{person}"]),
            ("content", &["Thăm hỏi tại nhà, nhắc lịch uống thuốc."]),
            ("health", &["Ăn ngủ bình thường"]),
            ("work", &["Đang phụ hồ trong xã"]),
            ("needs", &["Muốn học nghề cơ khí."]),
            ("note", &["Hẹn gặp lại đầu tháng sau."]),
        ],
    ),
    (
        "criteria-set",
        &[
            ("name", &["Thôn không ma túy, dùng trong xã (số liệu mẫu)"]),
            (
                "source",
                &["Quyết định 28/2025/QĐ-TTg, Điều 6, vận dụng cho thôn"],
            ),
            ("criteria/code", &["TC{n}"]),
            (
                "criteria/text",
                &["Không có điểm tổ chức, chứa chấp sử dụng trái phép chất ma túy"],
            ),
            ("criteria/threshold", &["0"]),
            ("criteria/computed_from", &["I36"]),
            (
                "criteria/evidence",
                &["Biên bản kiểm tra, xác nhận của Công an xã"],
            ),
            (
                "note",
                &["Dùng để tự đánh giá, không thay quyết định của cấp trên."],
            ),
        ],
    ),
    (
        "data-request",
        &[
            (
                "content",
                &[
                    "Đề nghị sửa năm sinh ghi nhầm trong sổ hộ.",
                    "Hỏi xã đang lưu những thông tin gì về gia đình.",
                ],
            ),
            ("result", &["Đã sửa và báo lại cho người yêu cầu"]),
            ("note", &["Người yêu cầu đến trực tiếp, có mang giấy tờ."]),
        ],
    ),
    (
        "delegation",
        &[
            ("matters", &["Ghi sổ và ký biên bản của thôn"]),
            ("document", &["Giấy ủy quyền số {n}"]),
            ("note", &["Người ủy quyền đi học tập trung."]),
        ],
    ),
    (
        "directive",
        &[
            ("number", &["{n}-KH/ĐU", "{n}/UBND-CA"]),
            ("authority", &["Đảng ủy xã", "Ủy ban nhân dân xã"]),
            (
                "abstract_of",
                &[
                    "Về tăng cường phòng, chống ma túy trong dịp hè",
                    "Về vận động các hộ ký cam kết năm {year}",
                ],
            ),
            (
                "briefings/place",
                &["Hội trường Ủy ban nhân dân xã", "Nhà văn hóa thôn"],
            ),
            ("note", &["Đã gửi bản giấy tới các thôn."]),
        ],
    ),
    (
        "document",
        &[
            ("number", &["{n}/QĐ-UBND", "{n}/BB-CAX"]),
            ("authority", &["Ủy ban nhân dân xã", "Công an xã"]),
            ("signer", &["{person}"]),
            ("sent_to", &["Người có tên trong quyết định; gia đình; lưu hồ sơ"]),
            ("folio", &["{n}"]),
            ("note", &["Bản gốc trong hồ sơ giấy."]),
        ],
    ),
    (
        "drug-test",
        &[
            ("unit", &["Trạm Y tế xã", "Trung tâm Y tế khu vực"]),
            ("slip", &["{n}/PXN"]),
            ("note", &["Xét nghiệm nước tiểu, có người chứng kiến."]),
        ],
    ),
    (
        "figure",
        &[
            ("indicator", &["I02"]),
            ("breakdown", &["Chung cả xã"]),
            ("published_by", &["Công an xã"]),
            ("note", &["Số chốt cuối kỳ."]),
        ],
    ),
    (
        "fugitive",
        &[
            ("name", &["{person}"]),
            ("decision", &["{n}/QĐTN"]),
            ("detail", &["Cao khoảng 1,7 m, có sẹo ở tay trái"]),
            ("note", &["Chưa thấy về địa phương."]),
        ],
    ),
    (
        "good-deed",
        &[
            (
                "name",
                &[
                    "Nhóm hộ gần ba năm không có người vi phạm",
                    "Tổ tuần tra giúp người lạc đường ban đêm",
                ],
            ),
            (
                "content",
                &["Nhóm họp đều mỗi tháng, các hộ nhắc nhau cùng giữ gìn. Bài đã đọc trên loa truyền thanh."],
            ),
            ("link", &["Bản tin truyền thanh xã, số {n}"]),
            ("note", &["Các hộ đã đồng ý nêu gương."]),
        ],
    ),
    (
        "group-pledge",
        &[
            (
                "name",
                &[
                    "Chi hội Phụ nữ thôn",
                    "Trường Trung học cơ sở",
                    "Hợp tác xã dịch vụ nông nghiệp",
                ],
            ),
            ("representative", &["{person}"]),
            ("position", &["Chi hội trưởng", "Hiệu trưởng", "Giám đốc"]),
            ("witness", &["Đại diện Ban Chỉ đạo và Công an xã"]),
            (
                "content",
                &["Không để hội viên, học sinh vi phạm; báo tin sớm; cùng giúp người lầm lỡ."],
            ),
            ("note", &["Ký trong lễ ra quân đầu năm."]),
        ],
    ),
    (
        "guard-team",
        &[
            ("name", &["Tổ bảo vệ an ninh, trật tự thôn"]),
            ("decision", &["{n}/QĐ-UBND"]),
            ("equipment", &["Đèn pin 3, còi 3, áo phản quang 3, gậy 2"]),
            (
                "schedule",
                &["Tối thứ ba, thứ năm và thứ bảy, từ 21 giờ đến 24 giờ."],
            ),
            ("members/name", &["{person}"]),
            ("members/position", &["Tổ trưởng", "Tổ phó", "Tổ viên"]),
            ("note", &["Một tổ viên vừa thay do chuyển đi làm xa."]),
        ],
    ),
    (
        "guidance",
        &[
            (
                "name",
                &[
                    "Sổ tay nhận biết các loại ma túy mới",
                    "Hỏi đáp về cai nghiện tại cộng đồng",
                ],
            ),
            ("source", &["Công an tỉnh phát hành"]),
            ("passed_on", &["Mỗi thôn hai cuốn, đọc trong buổi họp thôn"]),
            ("note", &["Còn năm cuốn tại Công an xã."]),
        ],
    ),
    (
        "holiday",
        &[
            ("name", &["Nghỉ bù ngày Giỗ Tổ", "Ngày làm bù"]),
            ("basis", &["Thông báo về lịch nghỉ năm {year} (số liệu mẫu)"]),
            ("note", &["Đã thông báo tới các thôn."]),
        ],
    ),
    (
        "hotspot",
        &[
            ("place", &["Dãy nhà trọ cuối thôn", "Bãi đất trống gần chợ"]),
            (
                "grounds",
                &["Người lạ tụ tập sau 22 giờ; hai lần thấy kim tiêm bỏ lại."],
            ),
            ("note", &["Đã đề nghị lắp đèn và tuần tra thêm."]),
        ],
    ),
    (
        "household",
        &[
            ("number", &["{n}"]),
            ("head", &["{person}"]),
            ("address", &["{lane}"]),
            ("group", &["Nhóm hộ tự quản số 2", "Nhóm hộ tự quản số 4"]),
            ("members/name", &["{person}"]),
            ("members/occupation", &["Làm ruộng", "Công nhân may", "Thợ xây"]),
            (
                "members/works_at",
                &["Tại xã", "Công ty may trong khu công nghiệp"],
            ),
            ("members/away_at", &["Bình Dương", "Hà Nội"]),
            ("note", &["Hai vợ chồng đi làm ca, chỉ ở nhà buổi tối."]),
        ],
    ),
    (
        "inspection",
        &[
            ("team", &["Công an xã, Trạm Y tế, đại diện thôn"]),
            (
                "content",
                &["Kiểm tra giấy phép, sổ khách, giờ mở cửa. Cơ sở chấp hành tốt."],
            ),
            ("minutes", &["{n}/BB-KT"]),
            (
                "recommendation",
                &["Lắp thêm camera ở lối vào", "Ghi đủ sổ khách lưu trú"],
            ),
            ("note", &["Chủ cơ sở có mặt và ký biên bản."]),
        ],
    ),
    (
        "institution",
        &[
            (
                "name",
                &[
                    "Trường Trung học cơ sở",
                    "Hợp tác xã dịch vụ nông nghiệp",
                    "Trường Tiểu học",
                ],
            ),
            ("head", &["{person}"]),
            ("note", &["Đầu mối liên hệ là văn phòng nhà trường."]),
        ],
    ),
    (
        "launch",
        &[
            ("place", &["Hội trường Ủy ban nhân dân xã", "Sân vận động xã"]),
            (
                "attendants",
                &["Lãnh đạo xã, các đoàn thể, trưởng thôn, đại diện các hộ"],
            ),
            (
                "content",
                &["Đọc quyết định, giao ước giữa các thôn, các hộ ký cam kết."],
            ),
            ("note", &["Có đội văn nghệ của thôn tham gia."]),
        ],
    ),
    (
        "material",
        &[
            (
                "content",
                &[
                    "Cả nhà cùng phòng, chống ma túy",
                    "Tác hại của thuốc lá điện tử",
                    "Số điện thoại đường dây nóng",
                ],
            ),
            (
                "place",
                &["Cổng làng và nhà văn hóa thôn", "Đường liên thôn, trước chợ"],
            ),
            ("source", &["Ủy ban nhân dân xã cấp", "Thôn tự làm"]),
            ("link", &["Trang thông tin của xã, mục An ninh trật tự"]),
            ("note", &["Băng cũ đã bạc màu, thay mới."]),
        ],
    ),
    (
        "monitoring",
        &[
            ("decision", &["{n}/QĐ-CAX"]),
            ("breaches/content", &["Để thiết bị hết pin quá 12 giờ"]),
            ("note", &["Đã hướng dẫn gia đình cách sạc thiết bị."]),
        ],
    ),
    (
        "official",
        &[
            ("name", &["{person}"]),
            ("position", &["Công chức", "Trưởng thôn"]),
            ("devices/device", &["{n}"]),
            ("devices/what", &["Máy tính xách tay"]),
            ("note", &["Phụ trách từ đầu năm."]),
        ],
    ),
    (
        "outreach",
        &[
            ("place", &["Nhà văn hóa thôn"]),
            ("speaker", &["Công an xã"]),
            ("handed_out", &["Tờ rơi tác hại ma túy"]),
            ("result", &["Bà con nhất trí, hỏi nhiều về thuốc lá điện tử."]),
            ("note", &["Mở đầu có tiết mục văn nghệ."]),
        ],
    ),
    (
        "patrol",
        &[
            (
                "members",
                &[
                    "Tổ bảo vệ an ninh, trật tự và hai hội viên Cựu chiến binh",
                    "Bốn người của tổ tự quản",
                ],
            ),
            ("villages", &["Phối hợp với thôn bên, gặp nhau ở cầu"]),
            (
                "area",
                &[
                    "Đường liên thôn, khu nhà văn hóa, bờ đê",
                    "Khu chợ và dãy nhà trọ",
                ],
            ),
            (
                "situation",
                &[
                    "Yên tĩnh, không có người lạ.",
                    "Gặp nhóm thanh niên ngồi muộn, đã nhắc về trước 23 giờ.",
                ],
            ),
            (
                "found",
                &["Không có gì đáng ngờ", "Một xe máy không biển số dựng ở bờ đê"],
            ),
            ("handled", &["Nhắc nhở tại chỗ", "Báo Công an xã"]),
            ("handed_to", &["{person}"]),
            (
                "handed_note",
                &[
                    "Để ý dãy nhà trọ có người mới đến",
                    "Chìa khóa nhà văn hóa để ở chỗ cũ",
                ],
            ),
            ("watch/name", &["{person}"]),
            ("watch/part", &["Trực chính", "Đi tuần phía bờ đê"]),
            ("note", &["Trời mưa, rút ngắn ca nửa giờ."]),
        ],
    ),
    (
        "person",
        &[
            ("name", &["{person}"]),
            ("address", &["{lane}"]),
            ("guardian", &["{person}"]),
            ("occupation", &["Lao động tự do", "Thợ xây"]),
            ("episodes/detail", &["Theo quyết định trong hồ sơ"]),
            ("note", &["Ở cùng bố mẹ."]),
        ],
    ),
    (
        "own-plan",
        &[
            (
                "name",
                &["Kế hoạch của thôn thực hiện xây dựng xã không ma túy năm {year}"],
            ),
            (
                "goals",
                &["Mọi hộ ký cam kết; không có người nghiện mới; tuần tra đều các tối cuối tuần."],
            ),
            (
                "tasks/title",
                &[
                    "Họp thôn, tuyên truyền cho các hộ",
                    "Vận động các hộ chưa ký cam kết",
                    "Thay băng-rôn ở nhà văn hóa thôn",
                ],
            ),
            ("tasks/lead", &["{person}"]),
            ("tasks/result", &["Đã làm ở tất cả các tổ tự quản."]),
            ("note", &["Chi bộ thôn đã thông qua."]),
        ],
    ),
    (
        "plan",
        &[
            ("name", &["Kế hoạch xây dựng xã không ma túy năm {year}"]),
            ("number", &["{n}/KH-UBND"]),
            ("issuer", &["Ủy ban nhân dân xã"]),
            (
                "basis",
                &["Nghị quyết của Đảng ủy xã; kế hoạch của cấp trên trực tiếp."],
            ),
            ("scope", &["Tất cả các thôn, cơ quan, trường học trong xã"]),
            (
                "recipients",
                &["Thường trực Đảng ủy; các ban, ngành; trưởng các thôn; lưu Văn phòng."],
            ),
            ("phases/name", &["Triển khai toàn diện", "Duy trì, củng cố"]),
            ("steps/name", &["Ban hành kế hoạch", "Tuyên truyền, lấy ý kiến"]),
            ("note", &["Gửi bản giấy cho các thôn trong tuần."]),
        ],
    ),
    (
        "plant-check",
        &[
            (
                "place",
                &["Vườn sau các hộ ngõ Giếng", "Khu đồi cuối thôn", "Bãi ven sông"],
            ),
            ("minutes", &["{n}/BB-KTC"]),
            (
                "note",
                &["Đã hướng dẫn các hộ cách nhận biết cây có chất ma túy."],
            ),
        ],
    ),
    (
        "pledge",
        &[
            ("signer", &["{person}"]),
            ("form", &["Mẫu số 1"]),
            ("paper_at", &["Tủ hồ sơ của thôn"]),
            ("unsigned_reason", &["Chủ hộ đi làm ăn xa, chưa về."]),
            ("note", &["Ký trong buổi họp nhóm hộ."]),
        ],
    ),
    (
        "police-part",
        &[
            ("identity", &["000000000{n}0"]),
            ("convictions", &["Không"]),
            ("sanctions", &["Không"]),
            (
                "administrative",
                &["Một lần bị phạt cảnh cáo vì gây mất trật tự."],
            ),
            ("note", &["Đối chiếu với tàng thư."]),
        ],
    ),
    (
        "population",
        &[
            ("source", &["Công an xã"]),
            ("note", &["Chốt theo sổ theo dõi cư trú."]),
        ],
    ),
    (
        "progress",
        &[
            ("result", &["Đã triển khai tới các hộ."]),
            ("evidence", &["Biên bản họp thôn"]),
            ("note", &["Còn vài hộ đi làm xa, sẽ gặp sau."]),
        ],
    ),
    (
        "propagandist",
        &[
            ("name", &["{person}"]),
            ("area", &["Ngõ Chùa, ngõ Giếng", "Khu chợ và đường liên thôn"]),
            ("note", &["Được bà con tin, hay giúp hòa giải."]),
        ],
    ),
    (
        "rehab-registration",
        &[
            (
                "received_by",
                &["Công an xã", "Cơ sở điều trị thay thế của Trung tâm Y tế"],
            ),
            ("paper", &["{n}/BB-TNĐK"]),
            ("guardian_confirms", &["Gia đình đã ký xác nhận"]),
            ("note", &["Chọn cai tại nhà, có mẹ trông nom."]),
        ],
    ),
    (
        "rehab-stage",
        &[
            (
                "provider",
                &["Trạm Y tế xã", "Cơ sở cung cấp dịch vụ của Trung tâm Y tế"],
            ),
            ("broken_off_why", &["Đi làm xa, chưa quay lại"]),
            ("note", &["Tinh thần ổn định, ăn ngủ được."]),
        ],
    ),
    (
        "report",
        &[
            ("number", &["{n}/BC-UBND"]),
            ("signer", &["{person}"]),
            (
                "recipients",
                &["Cấp trên trực tiếp; Thường trực Đảng ủy; lưu Văn phòng, Công an xã."],
            ),
            (
                "content",
                &[
                    "Tình hình ổn định. Các thôn đã họp, vận động các hộ ký cam kết; kiểm tra cơ sở theo lịch.",
                ],
            ),
            ("copy_at", &["Văn phòng, cặp báo cáo năm {year}"]),
            ("note", &["Gửi bản ký số và một bản giấy."]),
        ],
    ),
    (
        "returnee",
        &[
            ("papers", &["Giấy chứng nhận chấp hành xong"]),
            (
                "help_plan",
                &["Giúp đăng ký lại cư trú, giới thiệu việc làm ở xưởng mộc trong thôn."],
            ),
            ("note", &["Đã gặp cùng trưởng thôn ngay tuần đầu."]),
        ],
    ),
    (
        "review",
        &[
            (
                "reasons",
                &["Giảm một người do hết thời hạn quản lý; không có người mới."],
            ),
            ("reviewer", &["{person}"]),
            ("police", &["{person}"]),
            ("note", &["Đối chiếu với danh sách của Trạm Y tế."]),
        ],
    ),
    (
        "review-confirmation",
        &[
            (
                "opinion",
                &[
                    "Đúng với tình hình của thôn",
                    "Đề nghị xem lại một người đã chuyển đi",
                ],
            ),
            ("by", &["{person}"]),
            ("note", &["Xác nhận trong buổi giao ban."]),
        ],
    ),
    (
        "reward",
        &[
            ("name", &["{person}"]),
            (
                "merit",
                &["Nhiều năm vận động các hộ ký cam kết, giúp hai người ổn định cuộc sống sau cai."],
            ),
            ("proposed_by", &["Trưởng thôn đề nghị", "Hội Phụ nữ xã đề nghị"]),
            ("decision", &["{n}/QĐ-UBND"]),
            ("note", &["Trao tại hội nghị tổng kết."]),
        ],
    ),
    (
        "reward-proposal",
        &[
            ("name", &["{person}"]),
            ("merit", &["Tuần tra đều, báo tin sớm, được bà con tín nhiệm."]),
            ("form", &["Giấy khen của Chủ tịch Ủy ban nhân dân xã"]),
            ("by", &["{person}"]),
            ("note", &["Đã họp thôn và nhất trí."]),
        ],
    ),
    (
        "route",
        &[
            ("name", &["Đường liên xã qua chợ", "Tuyến xe khách đi Hà Nội"]),
            ("section", &["Từ cầu đến ngã ba chợ"]),
            (
                "misuse",
                &["Xe dừng đón khách ngoài bến vào sáng sớm, hàng gửi không rõ người nhận."],
            ),
            ("carriers", &["Hai nhà xe chạy hằng ngày"]),
            ("key_document", &["{n}/KH-CAT (số liệu mẫu)"]),
            ("controls/found", &["Không phát hiện vi phạm"]),
            ("controls/handled", &["Nhắc nhà xe ghi tên người gửi hàng"]),
            ("note", &["Đông xe vào ngày chợ phiên."]),
        ],
    ),
    (
        "score-check",
        &[
            ("criterion", &["TC{n}"]),
            (
                "reason",
                &["Đối chiếu hồ sơ, số liệu của thôn khớp với sổ của Công an xã."],
            ),
            ("by", &["{person}"]),
            ("note", &["Đã trao đổi lại với trưởng thôn."]),
        ],
    ),
    (
        "score-decision",
        &[
            ("criterion", &["TC{n}"]),
            ("document", &["Tờ trình số {n}/TTr-UBND"]),
            ("remarks", &["Đạt; cần giữ nền nếp họp nhóm hộ."]),
            ("by", &["{person}"]),
            ("note", &["Kết luận tại phiên họp Ban Chỉ đạo."]),
        ],
    ),
    (
        "self-group",
        &[
            (
                "name",
                &[
                    "Nhóm hộ tự quản ngõ Chùa",
                    "Tổ liên gia số 3",
                    "Mô hình camera an ninh",
                ],
            ),
            ("decision", &["{n}/QĐ-UBND"]),
            ("leader", &["{person}"]),
            (
                "rules",
                &["Họp ngày 10 hằng tháng; có việc lạ thì báo nhau; không để con em tụ tập muộn."],
            ),
            ("members/name", &["{person}"]),
            (
                "meetings/content",
                &["Nhắc giờ giấc của thanh niên, chia lịch trực Tết"],
            ),
            ("note", &["Sinh hoạt tại nhà nhóm trưởng."]),
        ],
    ),
    (
        "self-score",
        &[
            ("criterion", &["TC{n}"]),
            ("value", &["Đạt", "0 người"]),
            ("remarks", &["Cả năm không có vụ việc; mọi hộ ở nhà đều đã ký."]),
            ("by", &["{person}"]),
            (
                "evidence/what",
                &["Danh sách hộ ký cam kết có chữ ký", "Biên bản họp thôn"],
            ),
            ("note", &["Đã đọc cho bà con nghe trong buổi họp."]),
        ],
    ),
    (
        "setting",
        &[
            ("value", &["20"]),
            ("basis", &["Thông báo kết luận của Chủ tịch Ủy ban nhân dân xã"]),
            ("decided_by", &["{person}"]),
            ("note", &["Áp dụng từ đầu năm."]),
        ],
    ),
    (
        "supervision",
        &[
            (
                "subject",
                &["Thôn và nhóm hộ tự quản", "Cơ sở kinh doanh trên địa bàn"],
            ),
            ("team", &["Công an xã, Mặt trận Tổ quốc, Văn phòng"]),
            (
                "result",
                &["Sổ sách đủ, hộ ký cam kết đạt kế hoạch; lịch tuần tra có tuần bỏ trống."],
            ),
            ("recommendation", &["Bổ sung người trực cuối tuần"]),
            ("fixed_how", &["Đã xếp lại lịch trực, thêm hai người"]),
            ("note", &["Kiểm tra lại vào quý sau."]),
        ],
    ),
    (
        "support",
        &[
            (
                "by",
                &["Hội Phụ nữ xã", "Ngân hàng Chính sách xã hội", "Hội Nông dân xã"],
            ),
            (
                "result",
                &[
                    "Đã vay vốn nuôi gà, trả lãi đều",
                    "Học nghề sửa xe máy được hai tháng",
                ],
            ),
            ("note", &["Gia đình cùng góp vốn."]),
        ],
    ),
    (
        "survey",
        &[
            ("scope", &["Tất cả các thôn, 60 hộ được hỏi"]),
            ("method", &["Phiếu hỏi tại nhà, hỏi thêm trưởng nhóm hộ"]),
            (
                "result",
                &["Phần lớn hộ biết số đường dây nóng; ít người nhận ra ma túy mới."],
            ),
            (
                "proposal",
                &["Thêm buổi nói chuyện về thuốc lá điện tử ở trường."],
            ),
            ("note", &["Phiếu giấy lưu tại Công an xã."]),
        ],
    ),
    (
        "suspicion",
        &[
            ("name", &["{person}"]),
            ("address", &["{lane}"]),
            ("note", &["Đang xác minh, chưa kết luận."]),
        ],
    ),
    (
        "task",
        &[
            ("number", &["{n}"]),
            ("section", &["II.1.c"]),
            (
                "title",
                &["Vận động các hộ ký cam kết", "Tuyên truyền tại nhà văn hóa"],
            ),
            (
                "content",
                &["Gặp từng hộ, giải thích nội dung, ký và lưu bản giấy."],
            ),
            ("movement", &["Toàn dân bảo vệ an ninh Tổ quốc"]),
            ("note", &["Báo cáo vào ngày 25."]),
        ],
    ),
    (
        "tip",
        &[
            (
                "content",
                &[
                    "Xe máy lạ ra vào liên tục sau 22 giờ.",
                    "Nhà bỏ hoang có nhiều bơm kim tiêm.",
                ],
            ),
            ("place", &["Cuối ngõ Trạm bơm", "Nhà kho cũ"]),
            ("subjects", &["Ba đến bốn nam thanh niên, không rõ tên."]),
            ("note", &["Người báo gọi vào buổi tối."]),
        ],
    ),
    (
        "tip-box",
        &[
            (
                "place",
                &["Tường ngoài nhà văn hóa thôn", "Cổng trụ sở Ủy ban nhân dân xã"],
            ),
            ("key_holder", &["{person}"]),
            ("public_at", &["Bảng tin nhà văn hóa, loa truyền thanh"]),
            ("note", &["Khóa mới thay đầu năm."]),
        ],
    ),
    (
        "tip-handling",
        &[
            ("handler", &["{person}"]),
            (
                "result",
                &["Đã đến nơi kiểm tra, chưa phát hiện dấu hiệu vi phạm."],
            ),
            ("note", &["Tiếp tục nắm tình hình."]),
        ],
    ),
    (
        "training",
        &[
            (
                "name",
                &[
                    "Nhận biết và từ chối ma túy",
                    "Kỹ năng vận động, ghi sổ cho trưởng thôn",
                ],
            ),
            ("place", &["Hội trường Ủy ban nhân dân xã"]),
            ("teacher", &["Cán bộ Công an xã", "Bác sĩ Trạm Y tế"]),
            ("test", &["Bài hỏi đáp 10 câu, tất cả đạt"]),
            ("material", &["Tài liệu phát tay 12 trang"]),
            ("learners/name", &["{person}"]),
            (
                "learners/unit",
                &["Tổ bảo vệ an ninh, trật tự thôn", "Hội Phụ nữ"],
            ),
            ("note", &["Lớp học một buổi sáng."]),
        ],
    ),
    (
        "unit",
        &[
            ("code", &["{n}"]),
            ("name", &["Hội Nông dân xã", "Hội Người cao tuổi xã"]),
            ("note", &["Làm việc tại trụ sở xã."]),
        ],
    ),
    (
        "village",
        &[
            ("code", &["{n}"]),
            ("former_commune", &["Xã Tân Hòa (số liệu mẫu)"]),
            ("decision", &["{n}/NQ-HĐND (số liệu mẫu)"]),
            ("left_to", &["Xã Tân Tiến (số liệu mẫu)"]),
            ("end_decision", &["{n}/NQ-HĐND (số liệu mẫu)"]),
            ("names/name", &["Đông", "Hạ", "Trung"]),
            ("names/decision", &["{n}/NQ-HĐND (số liệu mẫu)"]),
            ("shares/decision", &["{n}/NQ-HĐND (số liệu mẫu)"]),
            ("note", &["Ranh giới theo bản đồ của xã."]),
        ],
    ),
    (
        "village-report",
        &[
            (
                "situation",
                &["Tình hình ổn định, không có vụ việc mới; hai hộ mới chuyển đến."],
            ),
            (
                "done",
                &["Họp thôn một buổi, gặp 14 hộ chưa ký, tuần tra theo lịch."],
            ),
            ("proposals", &["Đề nghị xã hỗ trợ đèn cho đường ra đồng."]),
            ("by", &["{person}"]),
            ("note", &["Đã đọc trước chi bộ."]),
        ],
    ),
    (
        "violation",
        &[
            (
                "deed",
                &["Vắng mặt hai lần không báo", "Không đến xét nghiệm đúng hẹn"],
            ),
            ("minutes", &["{n}/BB-VP"]),
            ("made_by", &["{person}"]),
            ("note", &["Đã nhắc nhở trước mặt gia đình."]),
        ],
    ),
];

/// What is written into a field of a kind, or of a part of it; `None` where nobody has said what.
pub(crate) fn said(
    kind: &str,
    list: Option<&str>,
    field: &str,
    year: i32,
    dice: &mut Dice,
) -> Option<String> {
    let (_, fields) = SAID.iter().find(|(slug, _)| *slug == kind)?;
    let name = list.map_or_else(|| field.to_owned(), |list| format!("{list}/{field}"));
    let (_, texts) = fields.iter().find(|(of, _)| *of == name)?;
    Some(filled(dice.choose(texts)?, year, dice))
}

fn filled(text: &str, year: i32, dice: &mut Dice) -> String {
    let mut filled = text.replace("{year}", &year.to_string());
    if text.contains("{person}") {
        let sex = names::sex(dice);
        filled = filled.replace("{person}", &names::full(dice, sex));
    }
    if text.contains("{lane}") {
        let number = dice.between(1, 300).unsigned_abs() as usize;
        filled = filled.replace("{lane}", &home::address(dice, number));
    }
    if text.contains("{n}") {
        filled = filled.replace("{n}", &dice.between(11, 89).to_string());
    }
    filled
}
