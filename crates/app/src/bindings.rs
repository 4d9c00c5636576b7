//! The interface as TypeScript: `ui/src/lib/generated/types.ts` and `commands.ts`, checked in and never stale.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

use ts_rs::{Config, TS, TypeVisitor};

use crate::commands::{Describe, describe};

/// Types and commands, each as the text of a file.
pub struct Bindings {
    /// `types.ts`.
    pub types: String,
    /// `commands.ts`.
    pub commands: String,
}

const HEAD: &str = "// Made from crates/app by `cargo xtask generate`. Not to be edited by hand.\n";

/// Makes the files.
pub fn bindings() -> Bindings {
    let mut made = Made {
        config: Config::new().with_large_int("number"),
        ..Made::default()
    };
    describe(&mut made);
    made.type_of::<crate::api::Told>();
    made.type_of::<crate::fault::FaultTold>();
    let declared = made.declared.into_inner();
    let types: Vec<&str> = declared.values().map(String::as_str).collect();
    let used: Vec<&str> = declared
        .keys()
        .map(String::as_str)
        .filter(|name| made.commands.iter().any(|command| names(command, name)))
        .collect();
    Bindings {
        types: format!("{HEAD}\n{}\n", types.join("\n\n")),
        commands: format!(
            "{HEAD}\nimport {{ call }} from '../api';\nimport type {{ {} }} from './types';\n\n{}\n",
            used.join(", "),
            made.commands.join("\n\n")
        ),
    }
}

/// Whether a text names a type.
fn names(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .any(|word| word == name)
}

#[derive(Default)]
struct Made {
    config: Config,
    seen: RefCell<HashSet<TypeId>>,
    declared: RefCell<BTreeMap<String, String>>,
    commands: Vec<String>,
}

impl Made {
    fn note<T: TS + 'static + ?Sized>(&self) {
        if !self.seen.borrow_mut().insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let declaration = format!("{docs}export {}", T::decl(&self.config));
            self.declared
                .borrow_mut()
                .insert(T::ident(&self.config), declaration);
        }
        T::visit_dependencies(&mut Visit(self));
        T::visit_generics(&mut Visit(self));
    }
}

struct Visit<'a>(&'a Made);

impl TypeVisitor for Visit<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.0.note::<T>();
    }
}

impl Describe for Made {
    fn type_of<T: TS + 'static>(&self) -> String {
        self.note::<T>();
        if TypeId::of::<T>() == TypeId::of::<()>() {
            "void".to_owned()
        } else {
            T::name(&self.config)
        }
    }

    fn command(&mut self, name: &str, doc: &[&str], arguments: &[(&str, String)], gives: &str) {
        let doc = doc.join("\n *");
        let typed: Vec<String> = arguments
            .iter()
            .map(|(name, of)| format!("{name}: {of}"))
            .collect();
        let passed: Vec<&str> = arguments.iter().map(|(name, _)| *name).collect();
        let passed = if passed.is_empty() {
            String::new()
        } else {
            format!(", {{ {} }}", passed.join(", "))
        };
        self.commands.push(format!(
            "/**{doc} */\nexport const {} = ({}): Promise<{gives}> => call('{name}'{passed});",
            camel(name),
            typed.join(", "),
        ));
    }
}

/// `keep_draft` as `keepDraft`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        out.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}
