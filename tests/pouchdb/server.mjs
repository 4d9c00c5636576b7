// The server of the comparison: CouchDB's protocol, answered by PouchDB on the disk.
//   node server.mjs FOLDER        prints its address

import express from 'express';
import expressPouchdb from 'express-pouchdb';
import PouchDB from 'pouchdb';

const [folder] = process.argv.slice(2);
const Stored = PouchDB.defaults({ prefix: `${folder}/` });
const app = express();
app.use(
  expressPouchdb(Stored, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: `${folder}/log` }),
);
const listening = app.listen(0, '127.0.0.1', () => console.log(listening.address().port));
