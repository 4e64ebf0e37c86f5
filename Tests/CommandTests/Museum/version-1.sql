PRAGMA application_id = 1281717352;
PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE log_entry (
  log_index INTEGER PRIMARY KEY,            -- 0, 1, 2 … without gaps
  leaf      TEXT NOT NULL,
  time      TEXT GENERATED ALWAYS AS (json_extract(leaf, '$.time')) VIRTUAL,    -- RFC 3339, UTC
  action    TEXT GENERATED ALWAYS AS (json_extract(leaf, '$.action')) VIRTUAL   -- init, import, train, forget, rollback, reinstate
) STRICT;
INSERT INTO log_entry VALUES(0,'{"action":"init","format":"lethe/entry/v1","rows":{"store":{"count":1,"digest":"sha256:9e85fe51677e851c51031f97642ab418f10f7140cac8971f8ffaad5c2a0353d7"}},"sealed":{"actor":"sha256:a517062664364e2701ebdcb5113216d0ba6d14b6d9cd848c0eaa928821dcd07d"},"time":"2026-11-25T10:54:41Z"}');
INSERT INTO log_entry VALUES(1,'{"action":"import","dataset":"pets","format":"lethe/entry/v1","rows":{"class":{"count":3,"digest":"sha256:aa3f621dfab4a9e541ac9589d13a7db32b23efc8e7e2662710619b75427468bd"},"dataset":{"count":1,"digest":"sha256:204781055472dbecc6604db48b637a2086547f6b5772d2664c95e030a01b94ea"},"split":{"count":3,"digest":"sha256:6ee0c940bfdd4efedfb9e33f0258f386d8796a3f90b08574282c4afed372e7b8"},"tensor":{"count":5,"digest":"sha256:628ba7b4fbc087d7f8b14f34ddd197402b7cf28435858a33148d8122878fabd0"}},"sealed":{"actor":"sha256:991f4d83086f4aaa697c9d5d6d23ef03733807d9b580f5c41a35e9d71a1bf199"},"time":"2026-11-25T10:54:41Z"}');
INSERT INTO log_entry VALUES(2,'{"action":"train","child":"m@1","child_digest":"sha256:99d67436db5e2ee71726e797cb43e34660051ab9195fd46cb558e1bd306a609c","format":"lethe/entry/v1","model":"m","rows":{"checkpoint":{"count":1,"digest":"sha256:7f8a64bfbc2625bfd0c95055c9486b3e84d7406d6e6f2ab26a43bbe832eb8de3"},"checkpoint_tensor":{"count":4,"digest":"sha256:a4caea6d390e31c3e8189bd7ee9f547c2025c24935a2ffb0ef112f9c8641cb4b"},"code_table":{"count":3,"digest":"sha256:22889aca5980dc16cd2f1512da9649d395ce0a99f775952328fd43383ffbc708"},"head_move":{"count":1,"digest":"sha256:58d0389868ea4eea2896c8ea5b9637478f0c1ff1a9274dec1e761e179c3936ae"},"measurement":{"count":8,"digest":"sha256:a10a02023271db996947a65fb1f83d3d53b3c28537dedb8d05897a22a9ae18f4"},"model":{"count":1,"digest":"sha256:329266f5c25cb4ca9b05f7ebf57eb7264cd9ac345291e0aef4b78cbc96329978"},"tensor":{"count":7,"digest":"sha256:81da9f4de504ce0cae75074689fb5d18a578307bbf9ea8729939b0a617a6e14b"}},"sealed":{"actor":"sha256:27121cf533bc9e93cfb263e4ec54c034aeec9fc113f5c426c7a94dabc7563428"},"time":"2026-11-25T10:54:42Z"}');
INSERT INTO log_entry VALUES(3,'{"action":"forget","child":"m@2","child_digest":"sha256:a97c5573ec00ce59044f2b6c8a46830ce3c9b78f894dcc1f258ec2c36cd7f045","format":"lethe/entry/v1","model":"m","parent":"m@1","parent_digest":"sha256:99d67436db5e2ee71726e797cb43e34660051ab9195fd46cb558e1bd306a609c","rows":{"applied_event":{"count":1,"digest":"sha256:92373ea820985aead9e21110fda6a9b72502d58c599ae0ea2a1d5de60836f489"},"checkpoint":{"count":1,"digest":"sha256:e8468b8a72507d7770661ccbe4e2aeabeb5b169c0e3bfc54594333602cb41722"},"checkpoint_tensor":{"count":4,"digest":"sha256:fef345dec7426ae54fe48aae489006a7e496a4f43bdf41017d220ed6adc9c200"},"forgotten_class":{"count":1,"digest":"sha256:979862e44d5f796645d3e1819d6220f92d5512eea6c8157b81b41e91d06deb38"},"head_move":{"count":1,"digest":"sha256:7fe751feb68610c2eb09d0b1f31470c8ef96579b9bf3a208ccdd8ca7f6654499"},"measurement":{"count":8,"digest":"sha256:fd5e92a931d841680460f1861db1a807bf3fc00bd680aaff02e4c730718181b3"},"split":{"count":6,"digest":"sha256:db85e22fea8113819605b83208d037e1a5de791c7cf355680750e67383921fe9"},"tensor":{"count":3,"digest":"sha256:81b97ca6623b0d8d4097346eb0951f5b2067503f64d05e1c8f3078cd38589503"},"unlearning_event":{"count":1,"digest":"sha256:a28829c8b7457959c4e42c6c4b579b30b67280b74b36e8ab2280cc560be67736"}},"sealed":{"actor":"sha256:19286da45eaa0d9c1a1121ed51a9027639dd8c7fa0c1fd00064212c70b850896","approved_by":"sha256:51be802f1e94e8ac9fd0f148a30a0cf4614fbf781d2fcced29662f5ab5ef6820","reason":"sha256:15ab36d49d64f959a4e88004ec0cdc4de526fddf458d75c86d0f3b17814479c8"},"time":"2026-11-25T10:54:42Z"}');
INSERT INTO log_entry VALUES(4,'{"action":"rollback","child":"m@3","child_digest":"sha256:a97c5573ec00ce59044f2b6c8a46830ce3c9b78f894dcc1f258ec2c36cd7f045","format":"lethe/entry/v1","model":"m","parent":"m@2","parent_digest":"sha256:a97c5573ec00ce59044f2b6c8a46830ce3c9b78f894dcc1f258ec2c36cd7f045","rows":{"applied_event":{"count":1,"digest":"sha256:b3aeca341bb776a2c3ca6890b57e82c9b9f1c9dc815772ad431824d2c3d6ff98"},"checkpoint":{"count":1,"digest":"sha256:a7b42bfb1209e2b0b567600d9bb891ee14ebd2e27fce4ea72337c183fbcf829c"},"checkpoint_tensor":{"count":4,"digest":"sha256:dc88c4395cb720ec5376484285f4f712fa5147cac1db524b6b8d331ca0381d09"},"head_move":{"count":1,"digest":"sha256:2c5455ac31f5d900b57d6ccfb8b6b0552ba20c797c251be0df071d3213e31d5b"},"measurement":{"count":4,"digest":"sha256:64f75e50773e754013ea9abef352916627d2d001b1109fe9ed9d96a104873c3d"}},"sealed":{"actor":"sha256:998cb4a7a40842faa8a1689c228332776627dd0f0969fbd006b2e628ced1a208","reason":"sha256:d533608d0cb648b226d068d453e393d735b0572b6235de61e0fb8a062cb8d0a9"},"time":"2026-11-25T10:54:42Z"}');
CREATE TABLE log_node (
  level    INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash     BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;
INSERT INTO log_node VALUES(0,0,X'01310de242b3688703cac8dcacfee4b4fdc1cc91af57ea21f780eabfe75e4eb5');
INSERT INTO log_node VALUES(0,1,X'dce7dec4f7f40d632256b3efe47272ecf98731aa87c00b015d65834602bee947');
INSERT INTO log_node VALUES(0,2,X'5eff0a459237439c7cf4ad315d1d9bb79b76974f7e7889d5b9edf5276b681e0f');
INSERT INTO log_node VALUES(0,3,X'4cd57e4f5275b8e8af39fc3e4892c25254d524a6a76713595e01c17ac12f9787');
INSERT INTO log_node VALUES(0,4,X'fd6051dae7a36e50e403298006a7835a94159340312993bed2fe39f0d3c6cffe');
INSERT INTO log_node VALUES(1,0,X'47e81aa707fa6a872650722b48aab14bf3cc5e169fcb7d9d1a4bab899f6312ab');
INSERT INTO log_node VALUES(1,1,X'5308471fd0ad12b5944fa8edaeb32876b7aa5733d4b08cc82d71b2dee6a0fdfc');
INSERT INTO log_node VALUES(2,0,X'9325b8d9531eae6fee78a22b1174b78979771fb1e8e514c6cc8796496ca75cff');
CREATE TABLE log_checkpoint (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL CHECK (length(root) = 32),
  note TEXT NOT NULL
) STRICT;
INSERT INTO log_checkpoint VALUES(1,X'01310de242b3688703cac8dcacfee4b4fdc1cc91af57ea21f780eabfe75e4eb5',replace('example.com/museum\n1\nATEN4kKzaIcDysjcrP7ktP3BzJGvV+oh94Dqv+deTrU=\n\n— example.com/museum 4gyTTb1XOXlYGt2oxMDpVYWhwTOwW0OJZSU3vD6QNsQFHU1B4P0/tLtZzopxhfcjRKo7iqhqBju4skrksKHdcU97/Qo=\n','\n',char(10)));
INSERT INTO log_checkpoint VALUES(2,X'47e81aa707fa6a872650722b48aab14bf3cc5e169fcb7d9d1a4bab899f6312ab',replace('example.com/museum\n2\nR+gapwf6aocmUHIrSKqxS/PMXhafy32dGkuriZ9jEqs=\n\n— example.com/museum 4gyTTVEMme5SGQ2IuFqs6fjrOB1oVdRAZO1L8mSvw/jB0i/bI7GLWIqpW4jKxMyVbK8V9hXfASgPDdUA/A2F78FEOgo=\n','\n',char(10)));
INSERT INTO log_checkpoint VALUES(3,X'9a547fdb3312123f93cd80cfa8a133b89cc9312185d9bdaed1ec2fd8e5cbf675',replace('example.com/museum\n3\nmlR/2zMSEj+TzYDPqKEzuJzJMSGF2b2u0ewv2OXL9nU=\n\n— example.com/museum 4gyTTUZgzIXKnunfY2hGMZpB+ptryrwLnMNDDIio7EHvy4UhSJws20Wt40APKxM/aYwQqj8bhFEOWUpnwB33REsI3wc=\n','\n',char(10)));
INSERT INTO log_checkpoint VALUES(4,X'9325b8d9531eae6fee78a22b1174b78979771fb1e8e514c6cc8796496ca75cff',replace('example.com/museum\n4\nkyW42VMerm/ueKIrEXS3iXl3H7Ho5RTGzIeWSWynXP8=\n\n— example.com/museum 4gyTTbxaN/vVsXylhkWXgtgw4Q45pPsXEuYhEd3OPHOQRxNRNCZKj7/cEEVRAhMJZgwIBMM32zU4sdIR6bCXwHR+pQ4=\n','\n',char(10)));
INSERT INTO log_checkpoint VALUES(5,X'3c1eb94f71e21907cfaca8df77a67b5173ea61c9e4e1095a47073dd00955c491',replace('example.com/museum\n5\nPB65T3HiGQfPrKjfd6Z7UXPqYcnk4QlaRwc90AlVxJE=\n\n— example.com/museum 4gyTTcajg2VrBAj71wrP9f5Mhuu1oXPRnGB0qAc9ZWE/KqrdZQ4PMNokrqBWAle4lQBA2KOiYZtmmsBQ4ilxmQn8TAE=\n','\n',char(10)));
CREATE TABLE sealed_field (
  entry INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  name  TEXT NOT NULL,                      -- actor, reason, approved_by
  salt  BLOB,
  value TEXT,
  PRIMARY KEY (entry, name)
) STRICT, WITHOUT ROWID;
INSERT INTO sealed_field VALUES(0,'actor',X'e1598e00664794228c5f96015ff544da8787c197b2e03a51f1e4afd6dab66804','A');
INSERT INTO sealed_field VALUES(1,'actor',X'14e7b8a48406aee3c5d395497f15fb2dcb7d503abdeeaaee7e51cab97527f2b3','A');
INSERT INTO sealed_field VALUES(2,'actor',X'47e94dac12e599ccff3f58816098804e88bc61f6db85e289f6e19bf67850d7d9','A');
INSERT INTO sealed_field VALUES(3,'actor',X'27d52bcc6c38b15fcb670348709b60adcb12dbad477200bfec91a75cf7ad828f','A');
INSERT INTO sealed_field VALUES(3,'approved_by',X'9467e805746873cd04bdfab175ff414c2c6b1a674653c97ad615d1e54b6f78be','Grace');
INSERT INTO sealed_field VALUES(3,'reason',X'3baf9ecb579952c1f76a46d276843324505e177357076279d3c510f6a7a58f6a','licence ended');
INSERT INTO sealed_field VALUES(4,'actor',X'e6b8055e9e62f7354eab7b023f52c6e6623ecae18322277de6cd040fc8de42f2','A');
INSERT INTO sealed_field VALUES(4,'reason',X'3e73dff81c02b29c026148a5770b08af30e262e461fbe5cfd44bcad50c376e61','to try it');
CREATE TABLE store (
  id           INTEGER PRIMARY KEY CHECK (id = 1),
  origin       TEXT NOT NULL,               -- the log's name, first line of every signed tree head
  verifier_key TEXT NOT NULL,               -- C2SP vkey that the tree heads are signed with
  entry        INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO store VALUES(1,'example.com/museum','example.com/museum+e20c934d+AXnOKnvQtyw4m68XKRe6wSmax1c8HEahl3vdNEmnuNPQ',0);
CREATE TABLE tensor (
  id                INTEGER PRIMARY KEY,
  digest            BLOB NOT NULL CHECK (length(digest) = 32),   -- SHA-256 of the plain bytes, little-endian, row-major
  dtype             TEXT NOT NULL,                               -- uint8, uint16, float16, float32 …
  shape             TEXT NOT NULL,                               -- [256,1024,14]
  byte_count        INTEGER NOT NULL,
  chunk_list_digest BLOB,                                        -- SHA-256 over its chunks' digests; NULL when derived
  entry             INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (digest, dtype, shape)
) STRICT;
INSERT INTO tensor VALUES(1,X'7a6fcbf5fec5164757dbd6218d8cf90efaf27fd7cdda50af15691571592d5202','float32','[60,6]',1440,X'4d812597befa65399224efeba31431ecd03c8071eaaaf87c67c0e14f604d7e59',1);
INSERT INTO tensor VALUES(2,X'a4a6c23b8f09e7fad827fba620ea537c0f241287e78bd869bf7fe6f5b8adc401','uint16','[60]',120,X'981a1708bf1480541480d181e30555e1e7ac46d4c5433673f3d9deb680c95bdf',1);
INSERT INTO tensor VALUES(3,X'6883d4cad71d6763bb82df85e2ddab9ecd70dff50c6fc84c480fdfa5eef7d67f','float32','[18,6]',432,X'd451faefc39f551413faaaef7e27c54aafd410931fe63368540a4d819824ee53',1);
INSERT INTO tensor VALUES(4,X'7ce493c6b5452752e8a4f3c159ca19eaf6c5035f1c4a24de58e975f0c54306e6','uint16','[18]',36,X'7b0e97bef382a4a2cb19470893d69b5ca53b816ae1decc3c99113c64414b8b61',1);
INSERT INTO tensor VALUES(5,X'91b0fd1b7707a1bbc43de8963d9bc20edc0c267e841b632fdf8cf91cfeb45592','float32','[18,6]',432,X'2efc163c5bacead27d738737648e748677479b46db417efca71574f816ebf685',1);
INSERT INTO tensor VALUES(6,X'bd3831d92c93f7902a60dd70095734be4360ce05ca724b3189cf320e5c4c3b9e','float32','[6,6,4]',576,X'c00fa37f2bb423402a00560f8e720d877e23a87fd185559a352dec4d3928cef7',2);
INSERT INTO tensor VALUES(7,X'6940d0249ef84ae96d70ae74c84fa101fdfcfe5ed8bf5bd1f84be005c902fccd','float32','[6,8,4]',768,X'57a18d9c9bce1e30c186624c8e829830b1ac5ef63f94742f96f6b39ba20550ff',2);
INSERT INTO tensor VALUES(8,X'391fd7e6bc95d44716337d104be3f27fac20d9e41f92324a638f1b1d0279282d','float32','[6,8,3]',576,X'2976376d479801546ee54cc6f216db1cd0324dfa2b5d6934f504f8347ae62330',2);
INSERT INTO tensor VALUES(9,X'859d460f6ff34065bd6c0f56997abc69dc2a9843105b3b931e88aa3205061747','uint8','[6,8]',48,X'a912ed45074e959dc2c2db3c36f0c2a4135d5b172f16bc28cf89dba2b1934852',2);
INSERT INTO tensor VALUES(10,X'636edfcbdbe88017b5d276711e1c5d50faab2eefa9a87b5db2978a059a3a557f','uint16','[60,6,1]',720,X'924958e659546c24f4db6eeb6b27619c75b95a89c0d7098e1e93c57dbc1d0c0e',2);
INSERT INTO tensor VALUES(11,X'21e34e39a4ee18842e70b6566052d3eeb94bbc861a0e1c7fad8020a7960de29a','uint16','[18,6,8]',1728,X'c45b12ca1b6010d30ac7a314d69742f312960c76dcac8440b5fdf1c56457f5a5',2);
INSERT INTO tensor VALUES(12,X'6f582dacc28a49ff941b15bf47c5f12a1482ca3b458882b88c37161c94413cde','uint16','[18,6,8]',1728,X'ce352ba7b09cbd002916fc7390cc4af0742fbc33a77c44ba1139ef0ddd0ee61c',2);
INSERT INTO tensor VALUES(13,X'f5a8737bd4ce9309e47b8bc7119bc893fac62ff8be1f2f6727504a66810f4fd3','float32','[6,8,4]',768,NULL,3);
INSERT INTO tensor VALUES(14,X'5016291d62e557b95b446a6631dffed87aff90710d711728a1bcbe5476354e6f','float32','[6,8,3]',576,NULL,3);
INSERT INTO tensor VALUES(15,X'a010fff55e61625346f52a22eb33e929b539f2c9e7b9c57eadf5a76a45b1c1e2','uint8','[6,8]',48,NULL,3);
CREATE TABLE dataset (
  id        INTEGER PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE,
  encoder   TEXT,                           -- what made the embeddings, in the user's words
  license   TEXT,
  dimension INTEGER NOT NULL,
  scale     REAL NOT NULL,                  -- real value = stored value × scale (1 unless the embeddings are uint8)
  entry     INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO dataset VALUES(1,'pets','by hand','CC0',6,1.0,1);
CREATE TABLE class (
  id         INTEGER PRIMARY KEY,
  dataset    INTEGER NOT NULL REFERENCES dataset (id),
  ordinal    INTEGER NOT NULL,
  name       TEXT,
  salt       BLOB,
  commitment BLOB NOT NULL CHECK (length(commitment) = 32),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (dataset, ordinal),
  UNIQUE (dataset, name)
) STRICT;
INSERT INTO class VALUES(1,1,0,'cat',X'6b52da716cd0b588547b7b942cc261c5679e175ce068d7410deb75f1f6854af2',X'74b2c6bfbd7458deedb982fad3d49e4db1ffb69553cfd82bc72a3bbb0c06a16c',1);
INSERT INTO class VALUES(2,1,1,'dog',X'98188ca518057b6ec34f3821ed43af5bf4a16e0ef75b23d07e0bb7b64f2ab0b8',X'4e334df6a61cc68ef174e18b3b289e1d9300189774d5fc6c2aee8f410615a18d',1);
INSERT INTO class VALUES(3,1,2,'owl',X'7b195602874f263edf49ee0891df770810d066a47f7f4c4af6c6b1ebcd931c3a',X'd386b5e7af23f33405497004b41bbef029f35bfa8cc0862f3b29f389df2f4a08',1);
CREATE TABLE split (
  id         INTEGER PRIMARY KEY,
  dataset    INTEGER NOT NULL REFERENCES dataset (id),
  event      INTEGER REFERENCES unlearning_event (id) DEFERRABLE INITIALLY DEFERRED,   -- NULL for imported parts
  part       TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test')),
  role       TEXT NOT NULL CHECK (role IN ('all', 'forget', 'retain')),
  count      INTEGER NOT NULL,
  digest     BLOB NOT NULL CHECK (length(digest) = 32),   -- over the tensors' digests and the list of members
  embeddings INTEGER REFERENCES tensor (id),
  labels     INTEGER REFERENCES tensor (id),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (dataset, part, role, event),
  CHECK ((event IS NULL) = (role = 'all'))
) STRICT;
INSERT INTO split VALUES(1,1,NULL,'train','all',60,X'2f609ee461f255cfe441c0f98234b129da06111b0f20a042ca7a5c313eb7b30f',1,2,1);
INSERT INTO split VALUES(2,1,NULL,'validation','all',18,X'cb3a76aded82bedc9e9d3dbf752e2bbf383399e340a0858108706ffe47f96ff3',3,4,1);
INSERT INTO split VALUES(3,1,NULL,'test','all',18,X'968b824a85cfef4e2f9d3ab90ff1d99b9e7dff181e4dfaa8707527578fae1072',5,4,1);
INSERT INTO split VALUES(4,1,1,'train','forget',20,X'0a6bb56304259625fecb2b4d34d7f1c3380604a5037d5ce5fb97072a3a5c2f92',NULL,NULL,3);
INSERT INTO split VALUES(5,1,1,'train','retain',40,X'8ac67db59fa8e205cf5e3c2cf32b613d8e896c75c8f3823515a3befb5027cfa6',NULL,NULL,3);
INSERT INTO split VALUES(6,1,1,'validation','forget',6,X'65ee346248ede42e9aaeb39e54dd64421af76509361c7ba0aaf2c65e81078c72',NULL,NULL,3);
INSERT INTO split VALUES(7,1,1,'validation','retain',12,X'6c930e7dc6b8b6d5c108d99aa6996b98632acf74f5893a693212966a4ff607f6',NULL,NULL,3);
INSERT INTO split VALUES(8,1,1,'test','forget',6,X'86f8f568bbc001429307f56711d718d68457a95e08179c00ce5a12e48f74fdb9',NULL,NULL,3);
INSERT INTO split VALUES(9,1,1,'test','retain',12,X'20af7e3ee0223110894764ee1d60a9ef96be59c60d883dc4763e7830ce7ba9fa',NULL,NULL,3);
CREATE TABLE example (
  id          INTEGER PRIMARY KEY,
  split       INTEGER NOT NULL REFERENCES split (id),
  ordinal     INTEGER NOT NULL,             -- row of the embeddings and labels tensors
  external_id TEXT,
  salt        BLOB,
  commitment  BLOB NOT NULL CHECK (length(commitment) = 32),
  entry       INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE TABLE model (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL UNIQUE,
  entry INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO model VALUES(1,'m',2);
CREATE TABLE checkpoint (
  id             INTEGER PRIMARY KEY,
  model          INTEGER NOT NULL REFERENCES model (id),
  number         INTEGER NOT NULL,
  parent         INTEGER REFERENCES checkpoint (id),   -- what it was made from; NULL for a first training
  base           INTEGER REFERENCES checkpoint (id),   -- the training whose keys it has; NULL when that is itself
  kind           TEXT NOT NULL CHECK (kind IN ('trained', 'retrained', 'unlearned', 'rolled back')),
  digest         BLOB NOT NULL CHECK (length(digest) = 32),   -- over configuration and tensor digests, nothing else
  dataset        INTEGER NOT NULL REFERENCES dataset (id),
  configuration  TEXT NOT NULL,                        -- canonical JSON: sizes and settings of the training
  seed           INTEGER NOT NULL,
  engine_version TEXT NOT NULL,
  entry          INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (model, number)
) STRICT;
INSERT INTO checkpoint VALUES(1,1,1,NULL,NULL,'trained',X'99d67436db5e2ee71726e797cb43e34660051ab9195fd46cb558e1bd306a609c',1,'{"classes":3,"codebooks":6,"engine":"dkvb/v1","input_dimension":6,"key_dimension":4,"key_training":{"batch":256,"dead_share":"0.1","decay":"0.95","epochs":2,"epsilon":"1e-05","left_out":[],"split":"sha256:2f609ee461f255cfe441c0f98234b129da06111b0f20a042ca7a5c313eb7b30f"},"keys":8,"left_out":[],"projection":"random","seed":"0","top_k":1,"value_training":{"batch":256,"clip":"1.0","epochs":4,"label_smoothing":"0.1","learning_rate":"921.60004","linear_decay":false,"split":"sha256:2f609ee461f255cfe441c0f98234b129da06111b0f20a042ca7a5c313eb7b30f"},"values":"trained"}',0,'0.1.0',2);
INSERT INTO checkpoint VALUES(2,1,2,1,1,'unlearned',X'a97c5573ec00ce59044f2b6c8a46830ce3c9b78f894dcc1f258ec2c36cd7f045',1,'{"classes":3,"codebooks":6,"engine":"dkvb/v1","input_dimension":6,"key_dimension":4,"key_training":{"batch":256,"dead_share":"0.1","decay":"0.95","epochs":2,"epsilon":"1e-05","left_out":[],"split":"sha256:2f609ee461f255cfe441c0f98234b129da06111b0f20a042ca7a5c313eb7b30f"},"keys":8,"left_out":[],"projection":"random","seed":"0","top_k":1,"value_training":{"batch":256,"clip":"1.0","epochs":4,"label_smoothing":"0.1","learning_rate":"921.60004","linear_decay":false,"split":"sha256:2f609ee461f255cfe441c0f98234b129da06111b0f20a042ca7a5c313eb7b30f"},"values":"trained"}',0,'0.1.0',3);
INSERT INTO checkpoint VALUES(3,1,3,1,1,'rolled back',X'a97c5573ec00ce59044f2b6c8a46830ce3c9b78f894dcc1f258ec2c36cd7f045',1,'{"classes":3,"codebooks":6,"engine":"dkvb/v1","input_dimension":6,"key_dimension":4,"key_training":{"batch":256,"dead_share":"0.1","decay":"0.95","epochs":2,"epsilon":"1e-05","left_out":[],"split":"sha256:2f609ee461f255cfe441c0f98234b129da06111b0f20a042ca7a5c313eb7b30f"},"keys":8,"left_out":[],"projection":"random","seed":"0","top_k":1,"value_training":{"batch":256,"clip":"1.0","epochs":4,"label_smoothing":"0.1","learning_rate":"921.60004","linear_decay":false,"split":"sha256:2f609ee461f255cfe441c0f98234b129da06111b0f20a042ca7a5c313eb7b30f"},"values":"trained"}',0,'0.1.0',4);
CREATE TABLE checkpoint_tensor (
  id         INTEGER PRIMARY KEY,
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (id),
  name       TEXT NOT NULL,
  tensor     INTEGER NOT NULL REFERENCES tensor (id),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (checkpoint, name)
) STRICT;
INSERT INTO checkpoint_tensor VALUES(1,1,'keys',7,2);
INSERT INTO checkpoint_tensor VALUES(2,1,'projection',6,2);
INSERT INTO checkpoint_tensor VALUES(3,1,'usable',9,2);
INSERT INTO checkpoint_tensor VALUES(4,1,'values',8,2);
INSERT INTO checkpoint_tensor VALUES(5,2,'keys',13,3);
INSERT INTO checkpoint_tensor VALUES(6,2,'projection',6,3);
INSERT INTO checkpoint_tensor VALUES(7,2,'usable',15,3);
INSERT INTO checkpoint_tensor VALUES(8,2,'values',14,3);
INSERT INTO checkpoint_tensor VALUES(9,3,'keys',13,4);
INSERT INTO checkpoint_tensor VALUES(10,3,'projection',6,4);
INSERT INTO checkpoint_tensor VALUES(11,3,'usable',15,4);
INSERT INTO checkpoint_tensor VALUES(12,3,'values',14,4);
CREATE TABLE code_table (
  id         INTEGER PRIMARY KEY,
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (id),   -- a training
  split      INTEGER NOT NULL REFERENCES split (id),
  tensor     INTEGER NOT NULL REFERENCES tensor (id),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (checkpoint, split)
) STRICT;
INSERT INTO code_table VALUES(1,1,1,10,2);
INSERT INTO code_table VALUES(2,1,2,11,2);
INSERT INTO code_table VALUES(3,1,3,12,2);
CREATE TABLE unlearning_event (
  id             INTEGER PRIMARY KEY,
  model          INTEGER NOT NULL REFERENCES model (id),
  parent         INTEGER NOT NULL REFERENCES checkpoint (id),
  child          INTEGER NOT NULL REFERENCES checkpoint (id),
  dataset        INTEGER NOT NULL REFERENCES dataset (id),
  method         TEXT NOT NULL CHECK (method IN ('activations', 'examples')),
  parameters     TEXT NOT NULL,             -- canonical JSON: {"until":"0"}, {"pairs":20000} or {"examples":300}
  seed           INTEGER NOT NULL,
  masked_pairs   INTEGER NOT NULL,          -- pairs that this event masked and its parent had not
  active_pairs   INTEGER NOT NULL,          -- pairs that any forget example selects
  forward_passes INTEGER NOT NULL,          -- examples sent through the keys again in order to choose the pairs
  stored_bytes   INTEGER NOT NULL,          -- bytes of the chunks that the child added
  entry          INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO unlearning_event VALUES(1,1,1,2,1,'activations','{"until":"0.0"}',0,9,15,26,7,3);
CREATE TABLE forgotten_class (
  id           INTEGER PRIMARY KEY,
  event        INTEGER NOT NULL REFERENCES unlearning_event (id),
  class        INTEGER NOT NULL REFERENCES class (id),
  amount       INTEGER NOT NULL,            -- N_a (method activations) or N_e (method examples) that was used
  active_pairs INTEGER NOT NULL,
  entry        INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (event, class)
) STRICT;
INSERT INTO forgotten_class VALUES(1,1,3,9,15,3);
CREATE TABLE applied_event (
  id         INTEGER PRIMARY KEY,
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (id),
  event      INTEGER NOT NULL REFERENCES unlearning_event (id),
  how        TEXT NOT NULL CHECK (how IN ('masked', 'left out of training')),
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (checkpoint, event)
) STRICT;
INSERT INTO applied_event VALUES(1,2,1,'masked',3);
INSERT INTO applied_event VALUES(2,3,1,'masked',4);
CREATE TABLE reinstatement (
  id    INTEGER PRIMARY KEY,
  event INTEGER NOT NULL UNIQUE REFERENCES unlearning_event (id),
  entry INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE TABLE head_move (
  id              INTEGER PRIMARY KEY,
  model           INTEGER NOT NULL REFERENCES model (id),
  from_checkpoint INTEGER REFERENCES checkpoint (id),
  to_checkpoint   INTEGER NOT NULL REFERENCES checkpoint (id),
  entry           INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO head_move VALUES(1,1,NULL,1,2);
INSERT INTO head_move VALUES(2,1,1,2,3);
INSERT INTO head_move VALUES(3,1,2,3,4);
CREATE TABLE measurement (
  id         INTEGER PRIMARY KEY,
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (id),
  split      INTEGER NOT NULL REFERENCES split (id),
  metric     TEXT NOT NULL,                 -- accuracy
  class      INTEGER REFERENCES class (id), -- NULL: over the whole split
  value      REAL NOT NULL,
  n          INTEGER NOT NULL,
  low        REAL NOT NULL,
  high       REAL NOT NULL,
  entry      INTEGER NOT NULL REFERENCES log_entry (log_index) DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO measurement VALUES(1,1,2,'accuracy',NULL,0.94444444444444441977,18,0.74242699218127405913,0.99012480902169697216,2);
INSERT INTO measurement VALUES(2,1,2,'accuracy',1,1.0,6,0.60966571209783460005,1.0,2);
INSERT INTO measurement VALUES(3,1,2,'accuracy',2,0.83333333333333337034,6,0.43649717781352986856,0.96994663025169347569,2);
INSERT INTO measurement VALUES(4,1,2,'accuracy',3,1.0,6,0.60966571209783460005,1.0,2);
INSERT INTO measurement VALUES(5,1,3,'accuracy',NULL,1.0,18,0.82412077635334246572,1.0,2);
INSERT INTO measurement VALUES(6,1,3,'accuracy',1,1.0,6,0.60966571209783460005,1.0,2);
INSERT INTO measurement VALUES(7,1,3,'accuracy',2,1.0,6,0.60966571209783460005,1.0,2);
INSERT INTO measurement VALUES(8,1,3,'accuracy',3,1.0,6,0.60966571209783460005,1.0,2);
INSERT INTO measurement VALUES(9,2,3,'accuracy',NULL,0.66666666666666662965,18,0.4374946729594510475,0.83721225249166297821,3);
INSERT INTO measurement VALUES(10,2,3,'accuracy',1,1.0,6,0.60966571209783460005,1.0,3);
INSERT INTO measurement VALUES(11,2,3,'accuracy',2,1.0,6,0.60966571209783460005,1.0,3);
INSERT INTO measurement VALUES(12,2,3,'accuracy',3,0.0,6,0.0,0.39033428790216534443,3);
INSERT INTO measurement VALUES(13,1,8,'accuracy',NULL,1.0,6,0.60966571209783460005,1.0,3);
INSERT INTO measurement VALUES(14,1,9,'accuracy',NULL,1.0,12,0.75750599334475920976,1.0,3);
INSERT INTO measurement VALUES(15,2,8,'accuracy',NULL,0.0,6,0.0,0.39033428790216534443,3);
INSERT INTO measurement VALUES(16,2,9,'accuracy',NULL,1.0,12,0.75750599334475920976,1.0,3);
INSERT INTO measurement VALUES(17,3,3,'accuracy',NULL,0.66666666666666662965,18,0.4374946729594510475,0.83721225249166297821,4);
INSERT INTO measurement VALUES(18,3,3,'accuracy',1,1.0,6,0.60966571209783460005,1.0,4);
INSERT INTO measurement VALUES(19,3,3,'accuracy',2,1.0,6,0.60966571209783460005,1.0,4);
INSERT INTO measurement VALUES(20,3,3,'accuracy',3,0.0,6,0.0,0.39033428790216534443,4);
CREATE TABLE chunk (
  id            INTEGER PRIMARY KEY,
  digest        BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),   -- SHA-256 of the plain bytes
  plain_size    INTEGER NOT NULL,
  filter        TEXT NOT NULL CHECK (filter IN ('none', 'shuffle4')),
  encoding      TEXT NOT NULL CHECK (encoding IN ('stored', 'lz4')),
  stored_digest BLOB NOT NULL CHECK (length(stored_digest) = 32),   -- SHA-256 of `bytes`: no bit of the file is free
  bytes         BLOB NOT NULL                                       -- as they are, or one LZ4 frame
) STRICT;
INSERT INTO chunk VALUES(1,X'7a6fcbf5fec5164757dbd6218d8cf90efaf27fd7cdda50af15691571592d5202',1440,'none','stored',X'7a6fcbf5fec5164757dbd6218d8cf90efaf27fd7cdda50af15691571592d5202',X'f920d4bf2376883f36e5bebed8b97dbf9a3811c02f1da4bfc13e6940f852d53f9bc41c4015b61d4069d6de3fd261e03febcab3c022c2e93fef69963f98ecb13ffc248ec0ae769fc0fb849bbf52cf133fdc7499bfa72a8d3ea64566c0b850cabe0dc97040b3845ebee22e4a40906303407b7e54bfeb02703ea556a3c09bcedf3f110f01400593b73f713dd1c015ec8cc03954c9bd8eba1e40ad26433ff93c15bf11ee2ac09333f8bf62e07c406622293f9d1b2a40dda004bf2fe55d3edea4cb3cfe656dc0a9b1083feeb17b3ddd2ede3f1c5e68c0bfe694c0b3b92ac083e37bbfdd4ba4be513ad7bfd63a7ac044c8ac3e50008e402500b73f7ccf5640562d973fe1cf3140ae66963f60588fc06e434740c95749bdd4cd3140c7ce83c01e7796c001752fc0ac8e663f93f3273e2d6930c046573ec0cb5dc23e73920140a37b38400f686a40c6b8183fac2cc13f04589a3fe3169cc0cb876d40548c5b3fbc758a3f7f0981c0428ea6c01af5d2bf9bc41e408986493f8cecb1bf087185c0ba4f46bf70f34b40ed74793f387e9040157a8fbe2b791c400c5c36bf9420b9c024a04c404a762940ccbf1640e55297c09cdba2c0117b1dbf4603074097bf5abfedf22abfb4e80dc0da9923bf06318340034eeb3f70e1a340db2b893f23b8413fc0d43b3e845ca0c095545f40235f973f8eeef03f9b274fc0a67bf9c04b1ef2bfc89be33f03568fbed5e534bf3e284ec0aab2793c628b67407a19403f574db14021098d3feb4c213f7dbee93e3b29a7c0573120403fbe9abf1a39813fc61882c0a8ceccc0609755bf1d381f405828363e9cbc0b3f1bba8fc0b8477ebfd7aa3f4047a7f23f437a8640d3d2f7bfa3781140803d64bfca148ac0336c893f00f6d83f203b2c403426a7c0474ca1c0df85f13c697cd63f084b44bf7f8a163f38ecdebf55086fbf3098c2408d9d003ed1ce8040cb44f63ecb88a83ffa67a13fb5d498c0dc144d40edde05bce4ec55bc5eb18ec0fd3bc6c044abe5bfc763833d2b8d163f306a4bbecc92a8bf39f0c9bf748d5540ea4d073e701b78402c831540b192963ea7710740375380c0a7d3184085d7e7be29cc39408b73a5c02ab4bac07570bcbe7addf83fd7de513f7690fbbf49b0d3bfc8f2583f333799409cc08b3f84761740baf4e13fd455a63f961f2e3ff9bb64c027591340df0e47bf54fc8d3f50b2ddc052368dc0d7b5e6be744f6c3f6a1930bf0091e6bdd1822dc00bc62f3fdf905140810414408d4493408ed216408432033f0ecbb73f50f9dbc066bfbd3f6324e3be2a302440fccac9c05bd2a7c00cb975bfaebac03f2589a2bf9f2736bf89b07fbfaf7b18bf937877402b78114081693a40da5203bf7800213fe895d03f089fd4c061e4fb3f3eb321401a8212409120a2c04da58dc07c061abf3ff4b53eb6800fc0abc5cabf7d04efbf384c9abfb8bc1b40f760003f6c18ca3f8a22213fd4129a3b608d6b3f1077ebc0aa2f3940b6a6603ffb31e4be282e8bc0c23ab0c0f3d93fc063c3283f8047c6be4fafb3bf00a500c02e78dc3d4b1080402caecc3ffc378e409409b43ff458d13f7895c3bf914083c0eb027840e6729c3ffd72833f1a9048c06bacdfc035fa98be0a507d40c78dcdbf2be082be295767bf009742bf9d67794075330b40921c0d404959283ff611bd3f91d0b03f0e0ca1c0d7b41740c0c9003fe998913f65d685c05028a4c01872cfbf2954313f9b83fe3f8f5c473e2bc509c09ae64ec051437d40ae66e03f766e99400055963ffaf38e3fce098a3f1c28dec01e5666407c09ec3fac5c4b3fc6e76fc05f075bc0f8e10ac0a5325e3fe327c6be680143bff6104cc0609bcebf5a99ae4037d41340e14cf53f2d2a19bfc6cb3840c8c6c53f86574bc0af0e5840f9a6253f4be9e03f357ee7c0625abfc0c59853bfb2a603408ff2b3bf11e388bf6b3715c063c486bee5517e403b9fbd3f565932403b97c43fd8e89d3f984c8abec2f8b3c0962f2440296cb43f32a4d33f0a63a2c013c9a1c0');
INSERT INTO chunk VALUES(2,X'a4a6c23b8f09e7fad827fba620ea537c0f241287e78bd869bf7fe6f5b8adc401',120,'none','lz4',X'88b0485f24812fa3eb20b3a3e38460f2bf72298a2e42c1a32ed915aae11718e9',X'04224d186840780000000000000081100000006f00000100020006005a50000100020000000000');
INSERT INTO chunk VALUES(3,X'6883d4cad71d6763bb82df85e2ddab9ecd70dff50c6fc84c480fdfa5eef7d67f',432,'none','stored',X'6883d4cad71d6763bb82df85e2ddab9ecd70dff50c6fc84c480fdfa5eef7d67f',X'e0e466bfe83d8d3efa8c83be7b2dde3d10bf16c04b4354bf8c0f7240e50c9d3e37749b3f43684e3f8df3813e15dea53f06a2c2c08b8780bd4e92f53e71c54440b596aec00f3cd3c0b7f7c3bf4988034048c739bee0ba44bf3e31a7bfda63883d3a255440e63eef3fb67c9840dbe7db3fff500d401fe006bf22b1a4c011eb5240ce819c3f292e2440be498fc062598ac00de27abfdb94824063cd0f3fb38f94bffac32cc02947fa3f85853f409461094030ea8240d2d7403ff6a98c3c17573e3f1e7194c0f3816c40af54134007aac23f7a0e87c0672396c0d9c40fbfdf74cb3f2bf16bbf83a184be6a0876c02361a2bf71ce55407a1f44be332f2b40868da1bf515d003fd4ec8f3f3ed18dc028b82040c3bda43fc514a33d07c34fc0fae696c089d0a63e56e7263f7f105dbf35f130c0ab9c00c0f028973ec11bb83f54339c3f3a6c6f404df681bfae2124bfed5402bfc313b4c0abd9943f1680c63f7f7fdf3f27158ec0f1f290c0d0293c3f06b62c40c8bdfebf03aeb9bfc36976c006b7dbbff2485040c992a33fb0766640031857bf61755abd646a083f1d53a6c0a2491040475cba3f60983c3f27ee8bc0a0139cc0');
INSERT INTO chunk VALUES(4,X'7ce493c6b5452752e8a4f3c159ca19eaf6c5035f1c4a24de58e975f0c54306e6',36,'none','stored',X'7ce493c6b5452752e8a4f3c159ca19eaf6c5035f1c4a24de58e975f0c54306e6',X'000001000200000001000200000001000200000001000200000001000200000001000200');
INSERT INTO chunk VALUES(5,X'91b0fd1b7707a1bbc43de8963d9bc20edc0c267e841b632fdf8cf91cfeb45592',432,'none','stored',X'91b0fd1b7707a1bbc43de8963d9bc20edc0c267e841b632fdf8cf91cfeb45592',X'49fb5abf05bb5c3fd33a5abff5ac6ac0eb5d71c08a421abfca73ea3f4569bc3f53845040027d21bf4f096f3fc6f6773edd3991c0945e4b4020cebd3f8f29253fdbfca6c0c681a9c098e707bd4f10ea3f0c4fb3bfda2c13c052714ac0a4adb0bfef530e404108943ffca627402e265a3ff092da3f0f69123e03212bc032a20f403abc2740661ecf3fcd4e7dc05971f3c07572c2bfbc02e43f03499bbdc516b23fc8eb1dc0ced2233f2945834075110e4089b96740e233173f86c2d83fcfab05bfcf4674c00c37c63fa059e23fbb8067403785a9c003caa6c0ce71ca3eabbfc73ff832bebf35e22fbfb84e0dc0b6b18f3d1f0c2440b89841408ee098407dd3433faef8b93f2488023e3a6165c0dd2eee3f355e0c403a25823f4394b8c07e6a90c042f1103f2918c33f3988adbf97ee08be6dbb35c08496a8bed0799b402adc1940aacf25403ff04140b604983fd7c4ab3f53a8b4c08c592140e15f6cbebc1e524087556dc08a4dcec0327611c0fdb2b1bd13b4fe3effceb3bf087036c0fce173bfeebb4d40cdaf3c3eab9f48401bf830bf3a718e3fbf5e5d3f7efa90c0ce6015408c8d1d3fadf8d33f2ce1b1c0f29c6ac0');
INSERT INTO chunk VALUES(6,X'bd3831d92c93f7902a60dd70095734be4360ce05ca724b3189cf320e5c4c3b9e',576,'none','stored',X'bd3831d92c93f7902a60dd70095734be4360ce05ca724b3189cf320e5c4c3b9e',X'54ef453f9711d1be1e81e4bdf5eb003f601c3abe0400c43e6af5ffbd8b075e3e649cfebae805363f5916553f67f616bf989b103f161c90be3e932b3de791ef3ad725e53df1b4c1bd81162cbe46f3f03e816d46beb7209cbeb288ff3e37b7b83efd0ab83d6fd228bf2af31c3f7960d5bd95f49cbeafd2eb3e78a2fd3d4126ddbe82baec3edf831c3e1d8c2bbfc278babe49cdd7bd53e25abe00e7503db2d30fbe0c0513bf66bb073f6c1c313ca9251f3f1cfc153fa6aa583d89e3cabe2e78033f6125373f199250beefc78abebb783bbe29c89e3e96bf1a3fe7de82be655474be5e4ce1bedc7de73c2cccaabd9aafb5be92f98b3d76970cbf2af45abfa6cf313ececaa7bd0d41123ebb1a3abef010b9bef666dd3edd18053fdc5599be89084a3f820e89beef8e2d3f0472e23ea91edf3e776eba3efafb05bdfc2cdb3d165a413e186a3e3fde963fbe2262f73ea182863ecf53e7be2a500a3f439ec83e8fef133e2f4446bea66ebebe1073213f9ba32fbf57ecf3bc38528bbea1a7b93d3fc2ec3ec4699e3e94e12ebfe7e3a4be20b2643efcae293f9cddadbead97113f78b41b3f1de7033ee3c870beee938d3e5e6526be012124bf3b67693dbc6c05bf1a5be63eed90453e4d0af7beb837a6bed44ce5be1034093c163ab6be5ee0b0be20d1c6be3c1cc9bc1de9a43d2bc9e9be799a40be7f16e93e13afed3ed520a53e350b8abe0bef3cbe1d5bc6bda941e73eb8740abef894343f12cf84bec819cb3d51700cbfd072eb3eb534a3bed2652e3fc4c7863e82c6623ece40463f2332c8bd47a235bf');
INSERT INTO chunk VALUES(7,X'6940d0249ef84ae96d70ae74c84fa101fdfcfe5ed8bf5bd1f84be005c902fccd',768,'none','lz4',X'5f273be6871d627ff867488fbb5bd1441fec0b8afdbeef1d05248d84021b8857',X'04224d186840000300000000000047b9020000fcb13e8f7a4072512c3ec47e124058231340bba3b2bf98d063be3ea90cc0e08d61be20b874c0330b9140926f9ebf747bf7c06fde51c048f7b540424d8abf34cabdc0e4d185bf4b72623fc05102c05e6a743f528a02c03026da3f720b0fbf8638f5bf4f6f5ec0fd71e03f2060863e811203c0022463bf6d6c5e40147b013fb08f80c0e67bc53fb139ca3e6e1585bf98d07ec00ac5a63ec75a223e1068cbbe88912dc074c3443fa8f7a43fe2c2a4bf6b7ba8bfe125913e9341b63e3c2f28bf341c9abf4000fc81e1a92abf08b4febecef5c63fe4e354bf9077efbd9aefac3e0ef878bf515778c01cbd01c0bb691a40ce0684bf6ca5d7c0e62520400c21d43e50c56dc00ada0dc0806c8a3dea184d3ea189bdbf566b7ac0d02f58bfe9afcf3f567ef63f982bae3dd8a8953f0266f93f75252fc03899ecbf9c598540c812f13f2f1e2dc001210ac056fa4140fab82dbf4e556ec07438cdbf3000fca15c203540e071103e192692c02a8440bfc499aa3f1e4c04bfc4e8c6bf769ff0be35f0663fedb83240e7fdb840e5bf5e405d3ef13eb442b93f9303aa40bf6ffb3f27adf13ff5b9f3beb1aa45c0b8c5c63fa3f5ac3f4873e53fbe7442409e4d1540cd01f53f5e18c73fd76f2ec0bda73640e8459c400acf17c0bb00bec0fc9f03c0ca28c93e8083b63f0e730e408651054072ab1340ac1690bd24e92540aeee4b4042f83640f45f90c00ef4bf3e175ebfbe20000c1000fc41d5b28c40d12892c0066ded3f32c5cebee444f8bf9e68df402227c640d8c2a1409a6111404c968fc05021e83d13a6d13fdd68773f56f52a4067886d40124c16be824bc73e3516173f9f03c6bd902a22c01000fc31fa2e2bbf90afeb3fbfa2a1bf14494abdea14cc3e2050f6bc6b12cb3fff3e19c059999b3f97bab7bf925206408b5785bfca6819bef74d493ffc4eafbee21afe3e2000f00186fa31c06cdc0840275d38bf3de6353f00000000');
INSERT INTO chunk VALUES(8,X'391fd7e6bc95d44716337d104be3f27fac20d9e41f92324a638f1b1d0279282d',576,'none','lz4',X'8d23a3c5f13e34c2373e5f35bfaecd812e7c32693d837f957f081f01e22217d8',X'04224d1868404002000000000000ec15020000f683f7da23c10edba3411fdb23c1c03e8440b41203c0c76a05c0df5803c06f1203c0a83583408dc3f5c0b4c2f5c024c37541c7ad8c3f8f9305bfffc713bfe8f51441ca7493c0067796c0da2fa44010d723c0a28824c0ddcb153f7a1283bf22b2e03e39c6023f5412033f4bec82bf45886540da14033fbe2683c06df065405d1183bfc46724c082c082bf3101d5401151b4c000000200f65d3c1f913f25ce8240f515a7c0cd8e2c3f18d723c0c466f13f9a1203c1841203c190128341ad9b44c0ab9bc440a99b44c0086165c013de2340e905833f6e652f41db7493c14308ef40f42be0be204f2340a24907c09d1283bf8c1203407f1283bfd79bc4bfc39b4440b39bc4bf7600f0770000731283bf70120340711283bf612cba404f27a4c0992830bf566065c05060e5404c6065c07b6065c0d260e5402e6165c0a44ad54026d723c100c7644047e623c03fe6a34038e623c0c11f1a3f1fd723c05f9efa3f19d723c00bd723c012d7a3408d1203bf8312833f781203bfa24d0641bf6283c08b3889c0fe6e65c0c16ce5408c6a65c088000f020001f82de11403bf5a1e833fce2703bfc12a24c124d723c1f400a441cf9bc4c0e19b4441ef9bc4c0c9444641be9bc4c0e4edc7c08c1283c080120341761283c05000f821c31d0341831283c0022983c0ae1283c0961203417e1283c072d7a3c070f602bf4036b440f5dd14404af923c17a83fd403c00c06cd74440b49bc4bf2a13c5bf00000000');
INSERT INTO chunk VALUES(9,X'859d460f6ff34065bd6c0f56997abc69dc2a9843105b3b931e88aa3205061747',48,'none','stored',X'859d460f6ff34065bd6c0f56997abc69dc2a9843105b3b931e88aa3205061747',X'010101010101010101010101000101010101010101010001010101010101010101010000010101010100010101010001');
INSERT INTO chunk VALUES(10,X'636edfcbdbe88017b5d276711e1c5d50faab2eefa9a87b5db2978a059a3a557f',720,'none','lz4',X'58a26148eb6a58b579b8ec198f1cf388dd1bded4a02fc22fdf158c0854528885',X'04224d186840d0020000000000004fbe010000f30805000100020000000700050000000300070002000600030a00310300050200002400021c00b1000001000500040006000038000018000224003106000244000048005105000300042a0011071800001200022200003000310700076c00003e0019016c00005800082400002e00004800089000002400021a00044800009e0037010004b4001504b400002a0000b40000040004d800000e000024001106fc0000480000240000220006240000060100b40000ce0002d800002400006c00110402001103d80002fc00001201001e00005600000400001200006400025a0004480011033001066801006c0002240000400002020002fc00026c00001200042400001601001000000200004800025a0000720000b60000d8001102ba010f90000100420100440100560004d800001000006e0000900000060002600100900006240008b00100d80000d40000ce0000fc0000b40000a200005a00009200008800002400000400002400005200005a00029000005a00006600024800002e0002b400022400002001004600005e0000120000440000120000d401002e00004800008e0000220000e800004000004e00002800003e000448006003000500050000000000');
INSERT INTO chunk VALUES(11,X'21e34e39a4ee18842e70b6566052d3eeb94bbc861a0e1c7fad8020a7960de29a',1728,'none','lz4',X'14148480cacea9fded669009664461bab6184aac9dab83c2590bd329e5ccfb53',X'04224d186840c0060000000000003a03040000f211050001000600040007000000030002000100030005000200060000000700ffff1200a00000050007000400ffff2600020c0011062e000038005106000100051e0020ffff3c0000140013031000310000041e0031060007600071050003000100023600006000004c0000240002160020ffff66000074001105900011065c0011048c001105600031000002a20000b200001000000e00001c0006280000ba0000c600006c00002000000c0006c000000c001306ce00001c00028000023e0000500011041c0000560011007000005a0000c20000be00007c00001a0000320100a00000820002100000c200004a0000a0000f20010300200000600000200100240000e80000100000460000ce0000540000b40000ae00027e01025000005c0004520000200100220000fc000020000f200101004a01001c00008601006000004e0000140100e80102480102200100b800009200005000023200029200020c00009c010070000f200103002400005600006000005a00002c00024600002001027e01021800006000000a0200e600004c00006000023a01044002001a00026201001e0000300000be000e200100a20100cc00003200000800046000008c0000820000de0000200100060000ae01006600008600003800028000026000003000008c0104c000004c000082000f20012d00020100c000005c00006400005600001000005800001e00044002000e0000b20002780000f000005002001200002400003000003e000a200100900100c60000500000d60200fe0100560100100002ce00005600006200004e0000640000fe0000120000e000005e002002009800001000006600002200007200002001003a000820010060000080000460000050000f20011900780000e40100c200006800000a0000140004200102e80000a80002600300d80000e000002600006c00003c00009e0200340000b00000120000240000b000001000003800000a0000120200600000380002c40002e001005c0000c20004c000023e0100400002400200080000540000f201005000020e00005400001a01022001003001001e01005800003000004000004800007001003a02003000008200001000000e000f200119003c00027c000a200100e40000500000c80000520000aa00001000001800082001001e0100620100a40000b00000800000240000c200001000003e00029e00022001000c00007000048001003600082001023800002e00022001000600005c00003400005000005e00026402003a0000a000009c0000d801006401003600001e0100660002200100500000940000540000c00000d40102820002a600000c00005401002400003200004c00007200006e0000320002dc00020e00001c00000a00003201003e0000500000ca000082008003000000ffffffff00000000');
INSERT INTO chunk VALUES(12,X'6f582dacc28a49ff941b15bf47c5f12a1482ca3b458882b88c37161c94413cde',1728,'none','lz4',X'12287080dd71fa3de43d5da1d900cb7696ae736e20d0d270ac3b43d2963ae05f',X'04224d186840c0060000000000003a64040000f0090600050001000400070003000200000001000300000002001800510700ffff021200330400001000c00300050000000600070004001c005107000000044400910600ffffffff07000222000034000010000238003104000648001102660011014200025000047000004400007000008a00022200006a0000360011067e0031070005600000580000820011022e00001000000a00004e0000c6000028001106c600006a00003200004c0000d200005e000092001103da0000280002c00000180000d000310400016000001000001a0000340000600000220000be00002001007600006800004400000c00008200026000007a00003a00006000025e00005200001c00006a00000c0000480000500000de00002200003400001000003e01001c0000260000cc00000400001000006200025000004400002000005000002001007800021400008800002201007e000420011104c00111052600006000005000001c00062800005a0000c40000880000e00000740000320000620000900000c20000f000006a00008a00022001006600005000007e01200300c600022001002c00001c0000260000540000b000001c00009201008200001200001c00003801004200005e0000ae00005e00003a00000c00000800006601006000024600000e00003e000010000a2001002a0000f80000640000220002cc00023000002001004a02029602022800005c00082001007801001c0000160100600000d8010070000628000f20010b005600007a00001402028e0000de00023e00005000022001041e02006001001200005400046a0002220102120000b00004920000b60008600000240006200100460000500000ac0000720000360000100000580000fe00002c0000ca0000940000200100e400005000006e00000c000050010f20012100540000140100a000003a0100ec0000800200b80000920002700000620000140100300000e00100240000c20000ae0100ae00009e00001e0000e00000880002a602001000001800002001002600006c0000680002c00000780000600002520002d601004000006e00045e0000e800009e00024600005000004200001400062001003a00007600026003026000005c0100260000000200300000900000d400009000009e00021600008800025c00002c0002600000160000b200029e0000f000000a0000c200008400002800000a00002600006c0002500000b200008200000201001a00002e00000e000f200101005c00003000005600006000007a0100ce00005e0000f402004e0000600002180000f00000300100600000b600009000000c0006600000580100100000400000500000ac0000480000c60000100000fc0000140100b80000b400000400003001006200025000006e00025e0000200100660000220000140000200100840102f80000ee0000a001005c00024401001000000c00005c0000640000280000560000b403006a00003200004c0002b40000120100300000420000260000f000008a00003000006800001e00006000005000a0000004000300ffffffff00000000');
INSERT INTO chunk VALUES(13,X'44775ab8d82a4ae8b44f95c9bd09093857f504ded263b10b79db68af80af8ea7',7,'none','stored',X'44775ab8d82a4ae8b44f95c9bd09093857f504ded263b10b79db68af80af8ea7',X'020c8004482030');
CREATE TABLE tensor_chunk (
  tensor  INTEGER NOT NULL REFERENCES tensor (id),
  ordinal INTEGER NOT NULL,
  chunk   INTEGER NOT NULL REFERENCES chunk (id),
  PRIMARY KEY (tensor, ordinal)
) STRICT, WITHOUT ROWID;
INSERT INTO tensor_chunk VALUES(1,0,1);
INSERT INTO tensor_chunk VALUES(2,0,2);
INSERT INTO tensor_chunk VALUES(3,0,3);
INSERT INTO tensor_chunk VALUES(4,0,4);
INSERT INTO tensor_chunk VALUES(5,0,5);
INSERT INTO tensor_chunk VALUES(6,0,6);
INSERT INTO tensor_chunk VALUES(7,0,7);
INSERT INTO tensor_chunk VALUES(8,0,8);
INSERT INTO tensor_chunk VALUES(9,0,9);
INSERT INTO tensor_chunk VALUES(10,0,10);
INSERT INTO tensor_chunk VALUES(11,0,11);
INSERT INTO tensor_chunk VALUES(12,0,12);
CREATE TABLE derived_tensor (
  tensor      INTEGER PRIMARY KEY REFERENCES tensor (id),
  base        INTEGER NOT NULL REFERENCES tensor (id),      -- never itself derived
  row_count   INTEGER NOT NULL,                             -- rows into which the base is divided
  zeroed_rows INTEGER NOT NULL REFERENCES chunk (id)        -- list of rows: FORMAT.md, "Row list"
) STRICT;
INSERT INTO derived_tensor VALUES(13,7,48,13);
INSERT INTO derived_tensor VALUES(14,8,48,13);
INSERT INTO derived_tensor VALUES(15,9,48,13);
CREATE INDEX example_by_external_id ON example (external_id);
CREATE INDEX head_move_by_model ON head_move (model);
CREATE INDEX measurement_by_checkpoint ON measurement (checkpoint, split);
CREATE VIEW history AS
SELECT log_index, time, action,
       (SELECT value FROM sealed_field s WHERE s.entry = log_index AND s.name = 'actor')  AS actor,
       (SELECT value FROM sealed_field s WHERE s.entry = log_index AND s.name = 'reason') AS reason,
       json_extract(leaf, '$.model')  AS model,
       json_extract(leaf, '$.parent') AS parent,
       json_extract(leaf, '$.child')  AS child
FROM log_entry
ORDER BY log_index DESC;
CREATE VIEW model_head AS
SELECT m.id AS model, m.name, c.id AS checkpoint, m.name || '@' || c.number AS head, c.digest
FROM model m
JOIN head_move h ON h.id = (SELECT max(id) FROM head_move WHERE model = m.id)
JOIN checkpoint c ON c.id = h.to_checkpoint;
CREATE VIEW checkpoint_lineage AS
SELECT m.name || '@' || c.number AS checkpoint, m.name || '@' || p.number AS parent, c.kind,
       'sha256:' || lower(hex(c.digest)) AS digest, e.time,
       (SELECT group_concat(k.name, ', ') FROM applied_event a
          JOIN forgotten_class f ON f.event = a.event JOIN class k ON k.id = f.class
          WHERE a.checkpoint = c.id) AS forgotten
FROM checkpoint c
JOIN model m ON m.id = c.model
LEFT JOIN checkpoint p ON p.id = c.parent
JOIN log_entry e ON e.log_index = c.entry
ORDER BY m.name, c.number;
CREATE VIEW forgotten_classes AS
SELECT m.name AS model, k.name AS class, d.name AS dataset, u.id AS event, u.method,
       m.name || '@' || p.number AS parent, m.name || '@' || c.number AS child, e.time, h.actor, h.reason,
       NOT EXISTS (SELECT 1 FROM reinstatement r WHERE r.event = u.id) AS in_force
FROM unlearning_event u
JOIN forgotten_class f ON f.event = u.id
JOIN class k ON k.id = f.class
JOIN dataset d ON d.id = u.dataset
JOIN model m ON m.id = u.model
JOIN checkpoint p ON p.id = u.parent
JOIN checkpoint c ON c.id = u.child
JOIN log_entry e ON e.log_index = u.entry
JOIN history h ON h.log_index = u.entry
ORDER BY u.id, k.ordinal;
CREATE VIEW measurements AS
SELECT m.name || '@' || c.number AS checkpoint, d.name AS dataset, s.part, s.role, s.event, x.metric, k.name AS class,
       x.value, x.n, x.low, x.high, 'sha256:' || lower(hex(c.digest)) AS checkpoint_digest,
       'sha256:' || lower(hex(s.digest)) AS split_digest
FROM measurement x
JOIN checkpoint c ON c.id = x.checkpoint
JOIN model m ON m.id = c.model
JOIN split s ON s.id = x.split
JOIN dataset d ON d.id = s.dataset
LEFT JOIN class k ON k.id = x.class
ORDER BY x.id;
CREATE TRIGGER log_entry_refuses_update BEFORE UPDATE ON log_entry BEGIN SELECT RAISE(ABORT, 'rows of log_entry are never changed'); END;
CREATE TRIGGER log_entry_refuses_delete BEFORE DELETE ON log_entry BEGIN SELECT RAISE(ABORT, 'rows of log_entry are never removed'); END;
CREATE TRIGGER log_node_refuses_update BEFORE UPDATE ON log_node BEGIN SELECT RAISE(ABORT, 'rows of log_node are never changed'); END;
CREATE TRIGGER log_node_refuses_delete BEFORE DELETE ON log_node BEGIN SELECT RAISE(ABORT, 'rows of log_node are never removed'); END;
CREATE TRIGGER log_checkpoint_refuses_update BEFORE UPDATE ON log_checkpoint BEGIN SELECT RAISE(ABORT, 'rows of log_checkpoint are never changed'); END;
CREATE TRIGGER log_checkpoint_refuses_delete BEFORE DELETE ON log_checkpoint BEGIN SELECT RAISE(ABORT, 'rows of log_checkpoint are never removed'); END;
CREATE TRIGGER store_refuses_update BEFORE UPDATE ON store BEGIN SELECT RAISE(ABORT, 'rows of store are never changed'); END;
CREATE TRIGGER store_refuses_delete BEFORE DELETE ON store BEGIN SELECT RAISE(ABORT, 'rows of store are never removed'); END;
CREATE TRIGGER tensor_refuses_update BEFORE UPDATE ON tensor BEGIN SELECT RAISE(ABORT, 'rows of tensor are never changed'); END;
CREATE TRIGGER tensor_refuses_delete BEFORE DELETE ON tensor BEGIN SELECT RAISE(ABORT, 'rows of tensor are never removed'); END;
CREATE TRIGGER dataset_refuses_update BEFORE UPDATE ON dataset BEGIN SELECT RAISE(ABORT, 'rows of dataset are never changed'); END;
CREATE TRIGGER dataset_refuses_delete BEFORE DELETE ON dataset BEGIN SELECT RAISE(ABORT, 'rows of dataset are never removed'); END;
CREATE TRIGGER class_refuses_update BEFORE UPDATE ON class WHEN NOT (NEW.name IS NULL AND NEW.salt IS NULL AND NEW.id = OLD.id AND NEW.dataset = OLD.dataset AND NEW.ordinal = OLD.ordinal AND NEW.commitment = OLD.commitment AND NEW.entry = OLD.entry) BEGIN SELECT RAISE(ABORT, 'rows of class are never changed, but that name and salt may be blanked together'); END;
CREATE TRIGGER class_refuses_delete BEFORE DELETE ON class BEGIN SELECT RAISE(ABORT, 'rows of class are never removed'); END;
CREATE TRIGGER split_refuses_update BEFORE UPDATE ON split BEGIN SELECT RAISE(ABORT, 'rows of split are never changed'); END;
CREATE TRIGGER split_refuses_delete BEFORE DELETE ON split BEGIN SELECT RAISE(ABORT, 'rows of split are never removed'); END;
CREATE TRIGGER example_refuses_update BEFORE UPDATE ON example WHEN NOT (NEW.external_id IS NULL AND NEW.salt IS NULL AND NEW.id = OLD.id AND NEW.split = OLD.split AND NEW.ordinal = OLD.ordinal AND NEW.commitment = OLD.commitment AND NEW.entry = OLD.entry) BEGIN SELECT RAISE(ABORT, 'rows of example are never changed, but that external_id and salt may be blanked together'); END;
CREATE TRIGGER example_refuses_delete BEFORE DELETE ON example BEGIN SELECT RAISE(ABORT, 'rows of example are never removed'); END;
CREATE TRIGGER model_refuses_update BEFORE UPDATE ON model BEGIN SELECT RAISE(ABORT, 'rows of model are never changed'); END;
CREATE TRIGGER model_refuses_delete BEFORE DELETE ON model BEGIN SELECT RAISE(ABORT, 'rows of model are never removed'); END;
CREATE TRIGGER checkpoint_refuses_update BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'rows of checkpoint are never changed'); END;
CREATE TRIGGER checkpoint_refuses_delete BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'rows of checkpoint are never removed'); END;
CREATE TRIGGER checkpoint_tensor_refuses_update BEFORE UPDATE ON checkpoint_tensor BEGIN SELECT RAISE(ABORT, 'rows of checkpoint_tensor are never changed'); END;
CREATE TRIGGER checkpoint_tensor_refuses_delete BEFORE DELETE ON checkpoint_tensor BEGIN SELECT RAISE(ABORT, 'rows of checkpoint_tensor are never removed'); END;
CREATE TRIGGER code_table_refuses_update BEFORE UPDATE ON code_table BEGIN SELECT RAISE(ABORT, 'rows of code_table are never changed'); END;
CREATE TRIGGER code_table_refuses_delete BEFORE DELETE ON code_table BEGIN SELECT RAISE(ABORT, 'rows of code_table are never removed'); END;
CREATE TRIGGER unlearning_event_refuses_update BEFORE UPDATE ON unlearning_event BEGIN SELECT RAISE(ABORT, 'rows of unlearning_event are never changed'); END;
CREATE TRIGGER unlearning_event_refuses_delete BEFORE DELETE ON unlearning_event BEGIN SELECT RAISE(ABORT, 'rows of unlearning_event are never removed'); END;
CREATE TRIGGER forgotten_class_refuses_update BEFORE UPDATE ON forgotten_class BEGIN SELECT RAISE(ABORT, 'rows of forgotten_class are never changed'); END;
CREATE TRIGGER forgotten_class_refuses_delete BEFORE DELETE ON forgotten_class BEGIN SELECT RAISE(ABORT, 'rows of forgotten_class are never removed'); END;
CREATE TRIGGER applied_event_refuses_update BEFORE UPDATE ON applied_event BEGIN SELECT RAISE(ABORT, 'rows of applied_event are never changed'); END;
CREATE TRIGGER applied_event_refuses_delete BEFORE DELETE ON applied_event BEGIN SELECT RAISE(ABORT, 'rows of applied_event are never removed'); END;
CREATE TRIGGER reinstatement_refuses_update BEFORE UPDATE ON reinstatement BEGIN SELECT RAISE(ABORT, 'rows of reinstatement are never changed'); END;
CREATE TRIGGER reinstatement_refuses_delete BEFORE DELETE ON reinstatement BEGIN SELECT RAISE(ABORT, 'rows of reinstatement are never removed'); END;
CREATE TRIGGER head_move_refuses_update BEFORE UPDATE ON head_move BEGIN SELECT RAISE(ABORT, 'rows of head_move are never changed'); END;
CREATE TRIGGER head_move_refuses_delete BEFORE DELETE ON head_move BEGIN SELECT RAISE(ABORT, 'rows of head_move are never removed'); END;
CREATE TRIGGER measurement_refuses_update BEFORE UPDATE ON measurement BEGIN SELECT RAISE(ABORT, 'rows of measurement are never changed'); END;
CREATE TRIGGER measurement_refuses_delete BEFORE DELETE ON measurement BEGIN SELECT RAISE(ABORT, 'rows of measurement are never removed'); END;
COMMIT;
