//! "Tệp chuyển tay": a file made for whoever carries it, and one that was brought.
//!
//! Nobody has to know folders: files are made in, and looked for in, the folder for downloads and the sticks that are in.
//! One that lies elsewhere is opened from where it lies, and the system hands its path to the program.

use std::path::{Path, PathBuf};

use sothon_ledger::{DeviceId, Role, Scope};
use sothon_records::Words;
use sothon_replica::{CourierIn, CourierOut, Left, Meant};

use crate::api::*;
use crate::app::{App, Parts};
use crate::desk::Desk;
use crate::exchange_page::size;
use crate::fault::{Done, Fault};
use crate::shelves::{self, Lying, named};
use crate::words;

/// How the names of such files end.
pub const ENDING: &str = "sothon";
/// So many files are shown, the newest first.
const SHOWN: usize = 20;
/// A file of this day gets at most this many names.
const NAMES: u32 = 100;
/// The file that the system handed over.
const BROUGHT: &str = "brought";

impl App {
    /// A courier file that somebody opened from where it lies: the pages are told, and offer to take it in.
    pub fn bring(&self, file: PathBuf) {
        if is_courier(&file) {
            self.parts().keep_brought(file);
            self.parts().tell(Told::Brought);
        }
    }

    /// See [`crate::commands`].
    pub(crate) async fn courier(&self) -> Done<Courier> {
        let parts = self.parts().clone();
        self.at_desk(move |desk| Ok(desk.courier_page(&parts))).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn courier_photos(&self, device: Option<String>, all: bool) -> Done<CourierPhotos> {
        self.at_desk(move |desk| {
            let files = desk.device().courier_files(meant(device.as_deref(), all)?)?;
            Ok(CourierPhotos {
                count: u32::try_from(files.count).unwrap_or(u32::MAX),
                size: size(files.bytes, desk.lang),
            })
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn courier_out(
        &self,
        place: String,
        device: Option<String>,
        all: bool,
        photos: bool,
    ) -> Done<CourierMade> {
        let parts = self.parts().clone();
        self.at_desk(move |desk| {
            let meant = meant(device.as_deref(), all)?;
            desk.make_courier(&parts, &place, meant, photos)
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn courier_in(&self, file: String) -> Done<CourierTaken> {
        let parts = self.parts().clone();
        let found = find(&parts, &file)?;
        let taken = self.at_desk(move |desk| desk.take_courier(&found)).await?;
        if file == BROUGHT {
            self.parts().forget_brought();
        }
        // A device that waits may have been admitted by it.
        self.parts().tell(Told::Waiting);
        Ok(taken)
    }
}

impl Desk {
    fn courier_page(&self, parts: &Parts) -> Courier {
        let shelves = shelves::shelves(parts);
        let mut files: Vec<Lying> = shelves.iter().flat_map(|shelf| shelf.files(is_courier)).collect();
        files.sort_by_key(|file| std::cmp::Reverse(file.at));
        files.truncate(SHOWN);
        let files = files.into_iter().map(|file| CourierFile {
            place: self.w(&file.place),
            size: size(file.bytes, self.lang),
            at: file.at,
            id: file.id,
            name: file.name,
        });
        let places = shelves.into_iter().map(|shelf| Choice {
            label: self.w(&shelf.words),
            slug: shelf.id,
        });
        Courier {
            places: places.collect(),
            brought: parts.brought().as_deref().map(named),
            files: files.collect(),
            devices: self.others(),
            admitted: self.role().is_some(),
        }
    }

    /// The other devices of the commune, for one of which a file can be made.
    fn others(&self) -> Vec<Choice> {
        let Ok(register) = self.device().register() else {
            return Vec::new();
        };
        let own = self.device().device();
        let mut others: Vec<Choice> = register
            .rights()
            .devices()
            .filter(|(id, info)| **id != own && info.role_at(register.effective_height()).is_some())
            .map(|(id, _)| Choice {
                slug: id.to_string(),
                label: self.who(Some(*id)),
            })
            .collect();
        others.sort_by(|a, b| a.label.cmp(&b.label));
        others
    }

    fn make_courier(&mut self, parts: &Parts, place: &str, meant: Meant, photos: bool) -> Done<CourierMade> {
        let shelf = shelves::shelves(parts)
            .into_iter()
            .find(|shelf| shelf.id == place)
            .ok_or_else(gone)?;
        let path = self.free_name(&shelf.path)?;
        let made = self.courier_to(&path, meant, photos)?;
        Ok(CourierMade {
            name: named(&path),
            place: self.w(&shelf.words),
            path: path.display().to_string(),
            size: size(made.bytes, self.lang),
            says: made_words(&made, meant).iter().map(|says| self.w(says)).collect(),
        })
    }

    /// A name that says whose file it is and of which day, and that nothing has yet.
    fn free_name(&self, folder: &Path) -> Done<PathBuf> {
        let whose = match self.own_scopes().first() {
            Some(Scope::Village(number)) => format!("thon-{number}"),
            Some(Scope::Unit(number)) => format!("don-vi-{number}"),
            Some(_) => "xa".to_owned(),
            None => "xin-vao".to_owned(),
        };
        let day = self.today().format("%Y-%m-%d");
        (1..=NAMES)
            .map(|n| match n {
                1 => format!("so-thon-{whose}-{day}.{ENDING}"),
                n => format!("so-thon-{whose}-{day}-{n}.{ENDING}"),
            })
            .map(|name| folder.join(name))
            .find(|path| !path.exists())
            .ok_or_else(|| Fault::internal("no name is free"))
    }

    fn take_courier(&mut self, path: &Path) -> Done<CourierTaken> {
        let taken = self.courier_from(path)?;
        let from = self.who(Some(taken.from));
        let says = taken_words(&taken, &from);
        Ok(CourierTaken {
            fresh: !taken.is_nothing_new(),
            says: says.iter().map(|says| self.w(says)).collect(),
            left: taken
                .left
                .iter()
                .map(|left| self.w(&left_words(left, taken.admitted)))
                .collect(),
            asked: !taken.asked.is_empty(),
            admitted: taken.admitted,
        })
    }
}

/// For whom a file is.
fn meant(device: Option<&str>, all: bool) -> Done<Meant> {
    Ok(match device {
        Some(text) => Meant::Device(
            text.parse::<DeviceId>()
                .map_err(|_| Fault::not_understood("device"))?,
        ),
        None if all => Meant::Everybody,
        None => Meant::Commune,
    })
}

/// The file of an id: that was handed over, or that lies in one of the places. Nothing else can be named.
fn find(parts: &Parts, id: &str) -> Done<PathBuf> {
    if id == BROUGHT {
        return parts.brought().ok_or_else(gone);
    }
    shelves::find(parts, id)
        .filter(|path| is_courier(path))
        .ok_or_else(gone)
}

fn gone() -> Fault {
    Fault::new(
        "courier_gone",
        "Không còn thấy tệp hay thẻ nhớ này. Cắm lại thẻ nhớ rồi chọn lại.",
        "The file or the stick is not there any more. Put the stick in again, then choose again.",
    )
}

fn is_courier(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == ENDING)
}

/// What a person is told of a file that was made.
pub fn made_words(made: &CourierOut, meant: Meant) -> Vec<Words> {
    let mut says = Vec::new();
    if made.requests > 0 {
        says.push(Words::new(
            "Trong tệp có lời xin vào sổ, cho người giữ danh bạ của xã.",
            "In it is a request to be admitted, for the commune's registrar.",
        ));
    } else if made.entries == 0 && meant == Meant::Commune {
        says.push(Words::new(
            "Xã đã nhận hết những gì máy này có; tệp chỉ có danh bạ.",
            "The commune has received all that is here; the file has the register only.",
        ));
    }
    if made.damaged > 0 {
        says.push(Words::new(
            format!(
                "{} mục đã hỏng trên máy này nên không xuất được; những mục khác đủ cả.",
                made.damaged
            ),
            format!(
                "{} entries are damaged on this disk and did not go out; all others did.",
                made.damaged
            ),
        ));
    }
    if made.files_left > 0 {
        says.push(Words::new(
            format!(
                "{} ảnh không đi theo tệp này; máy nhận sẽ lấy ảnh qua trạm chuyển, khi ở gần máy khác, hoặc từ tệp có kèm ảnh.",
                made.files_left
            ),
            format!(
                "{} photos did not go with the file; who takes it in gets them by a relay, nearby, or from a file with photos.",
                made.files_left
            ),
        ));
    }
    says.push(Words::new(
        "Tệp đã niêm phong: chép vào thẻ nhớ hay gửi qua Zalo đều được. Bản ghi vẫn là “Đã lưu trên máy” tới khi xã báo nhận.",
        "The file is sealed: a stick or a messenger may carry it. Records count as received only when the commune says so.",
    ));
    says
}

/// What a person is told of a file that was taken in; what was left for others is [`left_words`].
pub fn taken_words(taken: &CourierIn, from: &str) -> Vec<Words> {
    let mut says = Vec::new();
    if taken.is_nothing_new() {
        says.push(Words::new(
            "Trong tệp không có gì mới cho máy này.",
            "There is nothing new in the file for this device.",
        ));
    } else {
        let (entries, operations) = (taken.entries, taken.operations);
        says.push(match operations {
            0 => Words::new(
                format!("Đã nhận tệp của {from}: {entries} mục mới."),
                format!("Took in the file of {from}: {entries} new entries."),
            ),
            _ => Words::new(
                format!("Đã nhận tệp của {from}: {entries} mục mới, {operations} thay đổi của danh bạ."),
                format!(
                    "Took in the file of {from}: {entries} new entries, {operations} changes of the register."
                ),
            ),
        });
    }
    let counted = [
        (
            taken.suspensions,
            "tin mới về máy bị tạm dừng hoặc thôi tạm dừng. Xem ở danh sách máy.",
            "new notes about devices that are suspended, or no more. See the list of devices.",
        ),
        (
            taken.unknown,
            "mục của máy mà danh bạ chưa có: không nhận. Nhờ người gửi lấy danh bạ mới rồi xuất lại tệp.",
            "entries of devices that the register does not have: not taken. Ask for a file with the newer register.",
        ),
        (
            taken.lacking,
            "mục thiếu phần trước nên chưa nhận. Nhờ người gửi xuất lại tệp, chọn Tất cả.",
            "entries that need earlier ones: not taken. Ask for a file made with all that is there.",
        ),
        (
            taken.not_now,
            "mục chưa nhận được lúc này: danh bạ trên máy này cũ hơn nhiều. Nhận danh bạ mới rồi nhận lại tệp.",
            "entries not taken for now: the register here is far behind. Get a newer one, then take the file in again.",
        ),
        (
            taken.invalid,
            "mục đã hỏng từ máy gửi: không nhận. Những mục khác đủ cả.",
            "entries that were damaged where the file was made: not taken. All others were.",
        ),
    ];
    for (count, vi, en) in counted {
        if count > 0 {
            says.push(Words::new(format!("{count} {vi}"), format!("{count} {en}")));
        }
    }
    if taken.frozen.is_some() {
        says.push(Words::new(
            "Danh bạ của xã có hai nhánh nên tạm dừng. Báo ngay người giữ danh bạ.",
            "The commune's register has a fork and is frozen. Tell the registrar at once.",
        ));
    }
    if !taken.admitted {
        says.push(Words::new(
            "Xã chưa duyệt máy này; đã nhận danh bạ trong tệp.",
            "The commune has not admitted this device; the register was taken.",
        ));
    }
    says
}

/// For whom entries were left in the file.
pub fn left_words(left: &Left, admitted: bool) -> Words {
    let count = left.entries;
    if !admitted || left.readers.is_empty() {
        return Words::new(
            format!("{count} mục để lại: máy này chưa được nhận. Nhận lại chính tệp này sau khi xã duyệt."),
            format!(
                "{count} entries left: not for this device yet. Take the same file in once it is admitted."
            ),
        );
    }
    let (vi, en) = readers(&left.readers);
    Words::new(
        format!("{count} mục dành cho {vi}: đưa chính tệp này tới xã."),
        format!("{count} entries for {en}: bring this same file to the commune."),
    )
}

/// The readers in words; the chief of police is one of the police.
fn readers(roles: &[Role]) -> (String, String) {
    let named = roles
        .iter()
        .filter(|role| **role != Role::PoliceChief || !roles.contains(&Role::Police));
    let (vi, en): (Vec<String>, Vec<String>) = named
        .map(|role| words::role(*role).1)
        .map(|words| (words.vi, words.en))
        .unzip();
    (vi.join(", "), en.join(", "))
}
