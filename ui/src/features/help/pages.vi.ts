import type { HelpPages } from './pages';

export const vietnamese: HelpPages = {
  start: {
    title: 'Bắt đầu dùng Sổ Thôn',
    lead: 'Lần đầu mở, chọn một trong ba cách. Chọn nhầm thì quay lại được.',
    steps: [
      'Có phiếu mời của xã: chọn Tôi được xã mời.',
      'Chưa có phiếu, muốn xem trước: chọn Xem thử với số liệu mẫu.',
      'Là người phụ trách sổ của xã: chọn Lập sổ cho một xã, trả lời năm câu hỏi.',
      'Lập sổ xong, in phiếu khôi phục và gõ lại hai nhóm chữ.',
    ],
    notes: [
      'Không mất tiền, không cần mạng để ghi.',
      'Sổ mẫu có màu khác và dải chữ SỐ LIỆU MẪU; không bao giờ lẫn vào sổ thật.',
    ],
  },
  join: {
    title: 'Vào sổ bằng phiếu mời',
    lead: 'Phiếu mời chỉ dùng một lần, cho một người và một máy.',
    steps: [
      'Quét mã trên phiếu bằng máy ảnh, chọn ảnh có mã, hoặc dán đoạn chữ.',
      'Đặt mật khẩu mở sổ. Bốn từ máy bốc sẵn là dễ nhớ và chắc nhất.',
      'Chờ người phụ trách sổ của xã gọi, rồi so tám từ trên hai máy.',
      'Đúng cả tám từ thì xã nhận máy. Sổ tự mở khi nhận xong.',
    ],
    notes: [
      'Khác một từ thì báo ngay, không dùng máy đó.',
      'Nơi không có mạng: đưa mã hoặc đoạn chữ trên màn hình chờ cho máy giữ danh bạ.',
      'Có thể tắt máy trong lúc chờ.',
    ],
  },
  unlock: {
    title: 'Mở sổ và khóa sổ',
    lead: 'Sổ luôn khóa khi tắt máy, và tự khóa khi không ai dùng.',
    steps: [
      'Nhập mật khẩu, chọn Mở sổ. Chọn Hiện để xem chữ vừa nhập.',
      'Chưa đúng: xem phím Caps Lock và bộ gõ tiếng Việt, rồi nhập lại.',
      'Sai năm lần phải chờ. Chờ bao lâu, sổ vẫn còn nguyên.',
      'Rời máy: chọn Khóa sổ. Bản đang ghi dở được giữ lại.',
    ],
    notes: [
      'Quên mật khẩu: gọi người phụ trách sổ của xã để duyệt lại máy. Những gì xã đã nhận vẫn còn.',
      'Máy dùng chung: mỗi người một sổ, chọn Sổ của người khác.',
    ],
  },
  today: {
    title: 'Màn hình Hôm nay',
    lead: 'Việc phải làm ở trên, bốn nút ghi ở giữa, bản mới ghi ở dưới.',
    steps: [
      'Xem Việc đến hạn. Dòng đỏ là việc đã quá hạn.',
      'Chạm vào một dòng để ghi việc đó; tên hộ đã điền sẵn.',
      'Cần ghi việc khác: chạm một trong bốn nút lớn.',
      'Bản nháp và mục Cần xem lại hiện ở dưới khi có.',
    ],
    notes: [
      'Dòng chữ trên cùng cho biết bản ghi đã tới xã chưa. Chưa có mạng vẫn ghi được.',
      'Bản ghi có bốn mức: Đã lưu trên máy, Đã gửi, Xã đã nhận, Cần xem lại.',
    ],
  },
  write: {
    title: 'Ghi và sửa một bản',
    lead: 'Gõ đến đâu máy giữ đến đó. Tắt máy giữa chừng vẫn còn bản nháp.',
    steps: [
      'Điền theo thứ tự trên giấy. Ô nào có chữ không bắt buộc thì để trống được.',
      'Tìm hộ, tìm người: gõ hai chữ, không cần dấu, rồi chọn trong danh sách.',
      'Giấy đã ký, hiện trường: chọn Thêm ảnh ở cuối trang. Không chụp người dưới 18 tuổi.',
      'Chọn Lưu. Còn bản giấy khác: chọn Lưu và ghi tiếp.',
      'Lưu nhầm: chọn Hoàn tác ở dải cuối màn hình.',
    ],
    notes: [
      'Chỗ cần sửa hiện ở đầu màn hình; chạm vào là tới đúng ô.',
      'Cả chồng bản cam kết: mở Sổ, Bản cam kết hộ, chọn Ghi nhiều bản cam kết, đánh dấu hộ đã ký, lưu một lần.',
      'Danh sách người học, hộ trong nhóm, người trực: chọn Chọn từ danh sách rồi đánh dấu; người chưa có trong sổ thì thêm tên.',
      'Máy nhắc khi có thể đã ghi rồi. Vẫn ghi bản mới được.',
      'Bản ghi không bao giờ mất: sửa và hủy đều còn trong lịch sử.',
    ],
  },
  books: {
    title: 'Tìm và xem sổ',
    lead: 'Mỗi loại bản ghi là một danh sách, tìm được theo tên, số nhà, điện thoại.',
    steps: [
      'Vào mục Sổ, chọn loại bản ghi.',
      'Gõ vào ô tìm, có dấu hay không dấu đều được.',
      'Chạm một dòng để xem cả bản, ai đã ghi và ai đã sửa.',
      'Muốn bỏ một bản ghi nhầm: chọn Hủy bản ghi và ghi lý do.',
    ],
    notes: [
      'Bản đã hủy vẫn xem được và khôi phục được.',
      'Chọn In để in bản đang xem hoặc danh sách đã lọc.',
    ],
  },
  import: {
    title: 'Nhập từ Excel',
    lead: 'Danh sách hộ, nhân khẩu, bản cam kết đã có trong Excel thì không phải gõ lại.',
    steps: [
      'Chép tệp vào thư mục Tải về hoặc cắm thẻ nhớ.',
      'Vào danh sách cần nhập, chọn Nhập từ Excel, rồi chọn tệp.',
      'Xem các cột đã đúng chưa. Cột nào chưa đúng thì chọn lại.',
      'Có chỗ cần sửa: sửa trong Excel theo dòng và cột đã ghi, lưu tệp rồi mở lại.',
      'Khi không còn chỗ cần sửa, chọn Nhập.',
    ],
    notes: [
      'Hoặc nhập được tất cả, hoặc chưa lưu gì. Nhầm tệp thì chọn Hoàn tác.',
      'Dòng đã có trong sổ được bỏ qua. Trạng thái mới của người đã có thì thêm vào hồ sơ cũ.',
      'Người có nhiều dòng, mỗi dòng một diện, thành một hồ sơ.',
      'Số định danh chỉ để nhận ra người trùng, không lưu vào sổ.',
    ],
  },
  export: {
    title: 'Xuất bảng',
    lead: 'Danh sách, bảng số liệu đang xem ra tệp Excel hoặc CSV để in, nộp, làm tiếp.',
    steps: [
      'Vào danh sách hoặc bảng số liệu, lọc và xếp như cần.',
      'Chọn Xuất bảng, chọn loại tệp và nơi ghi tệp.',
      'Ghi lý do xuất, rồi chọn Xuất.',
      'Mở tệp bằng Excel. Mỗi trang in có lại dòng tên cột.',
    ],
    notes: [
      'Tệp chỉ có những gì máy này được đọc. Tên người tố giác không bao giờ có trong tệp.',
      'Đầu tệp ghi xã, người xuất, ngày giờ. Nhật ký truy cập ghi ai xuất, danh sách nào, bao nhiêu dòng, vì sao.',
      'Ai có tệp đều đọc được: không gửi qua Zalo, không dán lên bảng tin.',
      'Tệp cũ không bị ghi đè: tệp sau có số ở cuối tên.',
    ],
  },
  household: {
    title: 'Trang của một hộ',
    lead: 'Mọi việc của hộ nằm trên một trang: thành viên, bản cam kết, lần thăm.',
    steps: [
      'Vào mục Hộ, gõ tên chủ hộ hoặc số nhà.',
      'Chạm vào hộ để mở trang.',
      'Chọn việc cần ghi; tên hộ đã điền sẵn.',
    ],
    notes: ['Không thấy hộ: bỏ dấu, hoặc chỉ gõ tên. Vẫn không thấy thì Ghi hộ mới.'],
  },
  review: {
    title: 'Cần xem lại',
    lead: 'Hai người ghi khác nhau về cùng một chỗ. Không ai sai; chỉ cần chọn giá trị đúng.',
    steps: [
      'Mở mục Cần xem lại từ Hôm nay.',
      'Xem hai giá trị, ai ghi và ghi lúc nào.',
      'Chọn một giá trị, hoặc ghi giá trị khác.',
      'Chọn Giữ giá trị đã chọn. Chưa chắc thì Để xem sau.',
    ],
    notes: [
      'Trong lúc chưa chọn, bản ghi hiện cả hai giá trị.',
      'Chọn rồi vẫn hoàn tác được.',
      'Một hộ ghi hai lần: mở trang hộ, chọn Gộp với bản ghi khác.',
      'Hộ chuyển đi: mở trang hộ, chọn Chuyển sang thôn khác, ghi ngày chuyển.',
    ],
  },
  exchange: {
    title: 'Gửi và nhận',
    lead: 'Máy tự gửi khi có mạng hoặc khi ở gần máy khác của xã. Không phải làm gì.',
    steps: [
      'Đọc câu trên cùng: còn bao nhiêu bản ghi chờ gửi.',
      'Muốn gửi luôn: chọn Gửi ngay.',
      'Xem mỗi cách gửi lần gần nhất được lúc nào.',
    ],
    notes: [
      'Không có mạng không phải là hỏng. Cứ ghi tiếp.',
      'Lâu ngày chưa gửi được: mang máy tới nhà văn hóa.',
      'Chỉ khi máy của xã báo đã nhận, màn hình mới ghi là đã tới xã.',
    ],
  },
  care: {
    title: 'Người trong diện quản lý, giúp đỡ',
    lead: 'Chỉ người có nhiệm vụ mới thấy. Mỗi lần mở hồ sơ đều ghi lý do.',
    steps: [
      'Vào mục Người trong diện, chọn một người.',
      'Ghi lý do mở hồ sơ. Lý do được lưu trước khi hồ sơ hiện ra.',
      'Xem từng giai đoạn, giấy tờ làm căn cứ, thời gian còn lại.',
      'Ghi lần tiếp xúc ngay trên trang.',
    ],
    notes: ['Trưởng thôn chỉ thấy người được phân công, và lần tiếp xúc cần làm.'],
  },
  tell: {
    title: 'Báo tin cho Công an xã',
    lead: 'Việc gấp thì gọi điện. Việc khác thì ghi tin, niêm phong, để tin tự đi.',
    steps: [
      'Ở Hôm nay, chọn Báo tin, rồi Ghi tin mới.',
      'Ghi nội dung và nơi. Tên người báo chỉ ghi ở phần Người báo tin.',
      'Chọn Xem lại trước khi niêm phong, đọc lại từng dòng.',
      'Chọn Niêm phong. Từ đó máy này không mở lại được tin.',
      'Khóa sổ khi ghi xong. Tin đi lúc khóa, hoặc lần mở sổ đầu tiên của ngày sau.',
    ],
    notes: [
      'Hôm nào máy cũng gửi một phong bì như nhau. Không ai biết hôm nào có tin.',
      'Chọn Gửi ngay thì tin đi liền. Ở thôn nhỏ, riêng lúc gửi có thể lộ người báo.',
      'Công an xã trả lời thì lời trả lời hiện dưới tin đó.',
    ],
  },
  tips: {
    title: 'Tin báo',
    lead: 'Tin báo chỉ Công an xã đọc được.',
    steps: [
      'Vào mục Tin báo. Tin sắp hết hạn xử lý đứng trên.',
      'Mở tin, ghi lý do.',
      'Ghi từng bước đã làm; hạn của bước sau tự hiện.',
      'Cần biết người báo: chọn mở riêng, ghi lý do một lần nữa.',
      'Viết trả lời ở trang của tin. Chỉ máy đã gửi tin mở được.',
    ],
    notes: ['Tên người báo không hiện ở danh sách, thông báo hay bản in.'],
  },
  commune: {
    title: 'Toàn xã',
    lead: 'Các thôn cạnh nhau trong một bảng, tính từ bản ghi đã về.',
    steps: [
      'Đọc dòng trên cùng: số liệu đến lúc nào, thôn nào lâu chưa gửi.',
      'Xem mục Cần xử lý trước.',
      'Chạm vào một thôn để xem trang của thôn.',
      'Chọn kỳ khác để so với kỳ trước.',
    ],
    notes: ['Chưa có số liệu khác với số 0.', 'Số quá nhỏ được che để không đoán ra người.'],
  },
  tasks: {
    title: 'Nhiệm vụ của kế hoạch',
    lead: 'Mọi nhiệm vụ theo từng bước, ai làm và hạn khi nào.',
    steps: [
      'Chọn kế hoạch, thôn hoặc đơn vị để lọc.',
      'Chạm một nhiệm vụ để xem.',
      'Ghi tiến độ khi có phần việc xong.',
      'Hết kỳ: chọn Lập kế hoạch cho kỳ mới, xem lại hạn từng việc, rồi lưu.',
    ],
    notes: ['Việc quá hạn có chữ đỏ kèm số ngày.'],
  },
  people: {
    title: 'Người và máy của xã',
    lead: 'Ai dùng máy nào, và nhận máy mới vào sổ.',
    steps: [
      'Chọn Mời người mới, ghi tên, vai trò, nơi phụ trách. In phiếu hoặc gửi đoạn chữ.',
      'Khi máy mới xin vào, gọi người đó qua số đã biết.',
      'Đọc lần lượt tám từ. Đúng cả tám mới nhận máy.',
      'Máy mất: mở người đó, chọn Máy này bị mất, làm lần lượt từng bước.',
      'Người thôi việc: mở người đó, chọn Dừng máy này.',
    ],
    notes: [
      'Phiếu mời nhặt được cũng không tự vào được sổ.',
      'Máy không có mạng: chọn Nhận lời xin chuyển tay.',
      'Máy muốn đọc ngăn kín phải có người đang đọc được đồng ý.',
      'Điều máy đó ghi mà tới sau khi dừng thì nằm ở Phần để riêng; xem lại rồi mới tính.',
      'Trên máy mất có tên người: báo trong 72 giờ. Màn hình Hôm nay nhắc giờ còn lại.',
    ],
  },
  paper: {
    title: 'Phiếu khôi phục và chìa đọc trên giấy',
    lead: 'Hai thứ chỉ nằm trên giấy, máy không giữ. Cất vào két có khóa.',
    steps: [
      'In hoặc chép tay cả tờ khi màn hình hiện.',
      'Nhìn trên giấy, gõ lại hai nhóm chữ để chắc chắn in rõ.',
      'Cất hai bản ở hai nơi.',
    ],
    notes: [
      'Phiếu khôi phục: đặt máy khác giữ danh bạ khi máy cũ hỏng hoặc mất, chọn nhánh khi danh bạ có hai nhánh.',
      'Chìa đọc: đọc lại ngăn kín khi các máy đọc được đều hỏng hoặc mất.',
      'Không chụp ảnh, không gửi qua mạng.',
    ],
  },
  rules: {
    title: 'Quy định của xã',
    lead: 'Hạn, mức nhắc, ngày nghỉ mà mọi máy của xã tính theo.',
    steps: [
      'Mở Sổ, chọn Quy định của xã.',
      'Chạm một dòng để xem giá trị, căn cứ, ai đặt, những lần đã đặt.',
      'Chọn Đặt giá trị mới, ghi giá trị, ngày áp dụng, căn cứ.',
      'Xem lại điều sẽ thay đổi, rồi chọn Lưu quy định.',
      'Ghi ngày nghỉ khi có thông báo lịch nghỉ của năm.',
    ],
    notes: [
      'Mục Chưa đủ căn cứ nêu điều chưa tìm thấy văn bản, và ai điền.',
      'Hai giá trị từ cùng một ngày thì hiện Cần chọn. Hủy một bản là xong.',
      'Trưởng thôn xem được, không đặt được.',
      'Lựa chọn trong biểu mẫu: xã thêm giá trị riêng, hoặc thôi dùng.',
    ],
  },
  settings: {
    title: 'Cài đặt máy này',
    lead: 'Cỡ chữ, màu nền, ngôn ngữ, tự khóa. Đổi là có ngay.',
    steps: [
      'Mở Cài đặt ở cuối danh sách mục, hoặc ở trang Trợ giúp.',
      'Chọn cỡ chữ lớn hơn nếu khó đọc.',
      'Nhấn F8 để che tên khi có người đứng cạnh.',
      'Cần người hỗ trợ: lưu Tệp cho người hỗ trợ, đọc qua rồi gửi.',
    ],
    notes: ['Tệp cho người hỗ trợ không có tên ai và không có nội dung sổ.'],
  },
};
