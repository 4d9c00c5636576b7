//! A bad link: datagrams between two real processes that get lost, doubled, late, out of order, or stopped for a while.

use std::collections::{BTreeMap, HashMap};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// What a link does to datagrams. Nothing, where it is zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    /// So many in a hundred are lost.
    pub lost: u32,
    /// So many in a hundred come twice.
    pub doubled: u32,
    /// Each takes up to so many milliseconds, so that later ones overtake it.
    pub late: u64,
    /// So many bytes a second in each direction.
    pub rate: Option<u64>,
    /// After so many datagrams nothing passes until so many more were lost.
    pub cut: Option<(u64, u64)>,
}

/// What happened on a link.
#[derive(Default)]
pub struct Passed {
    pub all: AtomicU64,
    pub lost: AtomicU64,
    pub doubled: AtomicU64,
    pub overtaken: AtomicU64,
}

/// A link to one address; it ends when dropped.
pub struct Link {
    /// Where to call instead.
    pub address: SocketAddr,
    pub passed: Arc<Passed>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Link {
    pub fn new(to: SocketAddr, weather: Weather, seed: u64) -> Link {
        let front = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
        let address = front.local_addr().expect("an address");
        let passed = Arc::new(Passed::default());
        let ends = Arc::new(AtomicBool::new(false));
        let mut carrier = Carrier {
            to,
            weather,
            front,
            backs: HashMap::new(),
            rng: StdRng::seed_from_u64(seed),
            waiting: BTreeMap::new(),
            free: [Instant::now(); 2],
            count: 0,
            passed: passed.clone(),
        };
        let until = ends.clone();
        let thread = std::thread::spawn(move || {
            while !until.load(Ordering::Relaxed) {
                carrier.turn();
            }
        });
        Link {
            address,
            passed,
            ends,
            thread: Some(thread),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A datagram on its way: back to this caller, or on from it.
struct Datagram {
    caller: SocketAddr,
    back: bool,
    bytes: Vec<u8>,
    number: u64,
}

struct Carrier {
    to: SocketAddr,
    weather: Weather,
    front: UdpSocket,
    backs: HashMap<SocketAddr, UdpSocket>,
    rng: StdRng,
    waiting: BTreeMap<(Instant, u64), Datagram>,
    /// When each direction is free again.
    free: [Instant; 2],
    count: u64,
    passed: Arc<Passed>,
}

impl Carrier {
    fn turn(&mut self) {
        let mut buffer = [0; 65_536];
        // Waits for the next datagram, or until one that waits is due.
        let now = Instant::now();
        let next = self
            .waiting
            .keys()
            .next()
            .map(|(due, _)| due.saturating_duration_since(now));
        let patience = next
            .unwrap_or(Duration::from_millis(2))
            .min(Duration::from_millis(2));
        let patience = patience.max(Duration::from_micros(100));
        let _ = self.front.set_read_timeout(Some(patience));
        if let Ok((length, caller)) = self.front.recv_from(&mut buffer) {
            self.take(caller, false, &buffer[..length]);
        }
        let mut came = Vec::new();
        for (caller, back) in &self.backs {
            loop {
                match back.recv(&mut buffer) {
                    Ok(length) => came.push((*caller, buffer[..length].to_vec())),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    // The other side is not there (any more): as if lost.
                    Err(_) => break,
                }
            }
        }
        for (caller, bytes) in came {
            self.take(caller, true, &bytes);
        }
        while let Some(entry) = self.waiting.first_entry() {
            if entry.key().0 > Instant::now() {
                break;
            }
            let datagram = entry.remove();
            if self
                .waiting
                .values()
                .any(|other| other.back == datagram.back && other.number < datagram.number)
            {
                self.passed.overtaken.fetch_add(1, Ordering::Relaxed);
            }
            self.deliver(&datagram);
        }
    }

    fn take(&mut self, caller: SocketAddr, back: bool, bytes: &[u8]) {
        self.count += 1;
        self.passed.all.fetch_add(1, Ordering::Relaxed);
        let is_cut = self
            .weather
            .cut
            .is_some_and(|(after, lost)| (after..after + lost).contains(&self.count));
        if is_cut || self.rng.random_ratio(self.weather.lost, 100) {
            self.passed.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let times = 1 + u64::from(self.rng.random_ratio(self.weather.doubled, 100));
        self.passed.doubled.fetch_add(times - 1, Ordering::Relaxed);
        for again in 0..times {
            let late = Duration::from_micros(self.rng.random_range(0..=self.weather.late * 1000));
            let mut due = Instant::now() + late;
            if let Some(rate) = self.weather.rate {
                let free = &mut self.free[usize::from(back)];
                *free =
                    (*free).max(Instant::now()) + Duration::from_secs_f64(bytes.len() as f64 / rate as f64);
                due = due.max(*free);
            }
            let datagram = Datagram {
                caller,
                back,
                bytes: bytes.to_vec(),
                number: self.count,
            };
            self.waiting.insert((due, self.count * 2 + again), datagram);
        }
    }

    fn deliver(&mut self, datagram: &Datagram) {
        if datagram.back {
            let _ = self.front.send_to(&datagram.bytes, datagram.caller);
            return;
        }
        let to = self.to;
        let back = self.backs.entry(datagram.caller).or_insert_with(|| {
            let back = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
            back.connect(to).expect("an address of this machine");
            back.set_nonblocking(true).expect("a socket");
            back
        });
        let _ = back.send(&datagram.bytes);
    }
}
