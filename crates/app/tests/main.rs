//! What holds of the app's core, asked through its commands: one program, as each program links all of it anew.

mod acting;
mod cards;
mod closing;
mod common;
mod courier;
mod coverage;
mod devices;
mod duties;
mod export;
mod import;
mod levels;
mod moving;
mod notices;
mod office;
mod parts;
mod picture;
mod plans;
mod records;
mod rolls;
mod rules;
mod settings;
mod stack;
mod start;
mod tips;
mod together;
mod villages;
