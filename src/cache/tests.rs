use super::*;
use std::fs;

const LARGE: u64 = 1 << 20;

fn settings(folder: &Path, hours: u64) -> Settings {
    let now = 1_800_000_000 + hours * 3_600;
    Settings { folder: folder.to_path_buf(), program: "handoff 1".into(), limit: LARGE, now }
}

fn cache(folder: &Path) -> Cache {
    Cache::new(settings(folder, 0))
}

fn key(name: &str) -> Key {
    Key::of("test").with(name.as_bytes()).key()
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Says that a file was used at a time.
fn date(path: &Path, seconds: u64) {
    let file = fs::File::options().append(true).open(path).expect("there");
    file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds)).expect("dated");
}

#[test]
fn what_was_made_is_there_for_the_next_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let below = folder.path().join("new/handoff");
    assert_eq!(cache(&below).recall(key("a")), None);
    assert_eq!(files(&below), Vec::<PathBuf>::new(), "looking writes nothing");
    cache(&below).remember(key("a"), b"made");
    assert_eq!(cache(&below).recall(key("a")).as_deref(), Some(&b"made"[..]));
    assert_eq!(cache(&below).recall(key("b")), None);
    cache(&below).remember(key("empty"), b"");
    assert_eq!(cache(&below).recall(key("empty")).as_deref(), Some(&b""[..]));
    assert_eq!(files(&below).len(), 2, "nothing unfinished is left");
}

#[test]
fn another_program_shares_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    cache(folder.path()).remember(key("a"), b"made");
    let other = Cache::new(Settings { program: "handoff 2".into(), ..settings(folder.path(), 0) });
    assert_eq!(other.recall(key("a")), None);
}

#[test]
fn what_is_damaged_cut_off_or_misplaced_is_not_trusted() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = cache(folder.path());
    cache.remember(key("a"), b"made of something");
    let path = files(folder.path()).remove(0);
    let whole = fs::read(&path).expect("written");
    for at in 0..whole.len() {
        let mut other = whole.clone();
        other[at] ^= 1;
        fs::write(&path, &other).expect("damaged");
        assert_eq!(cache.recall(key("a")), None, "byte {at}");
        fs::write(&path, &whole[..at]).expect("cut off");
        assert_eq!(cache.recall(key("a")), None, "{at} bytes");
    }
    fs::write(&path, [&whole[..], b"more"].concat()).expect("longer");
    assert_eq!(cache.recall(key("a")), None);
    fs::write(&path, &whole).expect("restored");
    assert!(cache.recall(key("a")).is_some());
    let place = cache.path(cache.own(key("b")));
    fs::create_dir_all(place.parent().expect("a folder")).expect("made");
    fs::copy(&path, place).expect("misplaced");
    assert_eq!(cache.recall(key("b")), None);
}

#[test]
fn a_folder_that_cannot_be_written_is_no_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "in the way").expect("written");
    let cache = cache(&file);
    cache.remember(key("a"), b"made");
    assert_eq!(cache.recall(key("a")), None);
    cache.tidy();
    assert_eq!(fs::read_to_string(&file).expect("kept"), "in the way");
}

#[test]
fn what_was_not_used_for_the_longest_time_goes_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = vec![b'x'; 1000];
    for (hours, name) in [(0, "a"), (2, "b"), (4, "c")] {
        let cache = Cache::new(settings(folder.path(), hours));
        cache.remember(key(name), &made);
        // The clock of the files is not that of the test.
        date(&cache.path(cache.own(key(name))), cache.settings.now);
    }
    let later = Cache::new(Settings { limit: 3 * 1100, ..settings(folder.path(), 6) });
    assert!(later.recall(key("a")).is_some(), "it is used, so it is not the oldest any more");
    later.remember(key("d"), &made);
    date(&later.path(later.own(key("d"))), later.settings.now);
    later.tidy();
    let there: Vec<_> = ["a", "b", "c", "d"].into_iter().filter(|name| later.recall(key(name)).is_some()).collect();
    assert_eq!(there, ["a", "c", "d"]);
}

#[test]
fn only_our_own_files_are_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = Cache::new(Settings { limit: 10, ..settings(folder.path(), 0) });
    cache.remember(key("a"), b"more than ten bytes with its head");
    let foreign = [folder.path().join("links.json"), folder.path().join(FOLDER).join("ab/notes.txt")];
    for path in &foreign {
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, "somebody's").expect("written");
    }
    let abandoned = folder.path().join(FOLDER).join("ab").join(format!("{UNFINISHED}x"));
    fs::write(&abandoned, "half").expect("written");
    date(&abandoned, 1_700_000_000);
    cache.tidy();
    assert_eq!(files(folder.path()).len(), 2, "{:?}", files(folder.path()));
    assert!(foreign.iter().all(|path| path.exists()));
}
