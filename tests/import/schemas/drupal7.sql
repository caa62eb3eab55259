-- Tables of Drupal 7 core, of its fields and caches, for mariadb(1).
SET NAMES utf8mb4;
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
CREATE TABLE users (
  uid int(10) unsigned NOT NULL DEFAULT 0 COMMENT 'Primary Key: Unique user ID.',
  name varchar(60) NOT NULL DEFAULT '' COMMENT 'Unique user name.',
  pass varchar(128) NOT NULL DEFAULT '' COMMENT 'User''s password (hashed).',
  mail varchar(254) DEFAULT '' COMMENT 'User''s e-mail address.',
  theme varchar(255) NOT NULL DEFAULT '' COMMENT 'User''s default theme.',
  signature varchar(255) NOT NULL DEFAULT '' COMMENT 'User''s signature.',
  signature_format varchar(255) DEFAULT NULL COMMENT 'The filter_format.format of the signature.',
  created int(11) NOT NULL DEFAULT 0 COMMENT 'Timestamp for when user was created.',
  access int(11) NOT NULL DEFAULT 0 COMMENT 'Timestamp for previous time user accessed the site.',
  login int(11) NOT NULL DEFAULT 0 COMMENT 'Timestamp for user''s last login.',
  status tinyint(4) NOT NULL DEFAULT 0 COMMENT 'Whether the user is active(1) or blocked(0).',
  timezone varchar(32) DEFAULT NULL COMMENT 'User''s time zone.',
  language varchar(12) NOT NULL DEFAULT '' COMMENT 'User''s default language.',
  picture int(11) NOT NULL DEFAULT 0 COMMENT 'Foreign key: file_managed.fid of user''s picture.',
  init varchar(254) DEFAULT '' COMMENT 'E-mail address used for initial account creation.',
  data longblob DEFAULT NULL COMMENT 'A serialized array of name value pairs that are related to the user.',
  PRIMARY KEY (uid),
  UNIQUE KEY name (name),
  KEY access (access),
  KEY created (created),
  KEY mail (mail(191)),
  KEY picture (picture)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COMMENT='Stores user data.';
CREATE TABLE node (
  nid int(10) unsigned NOT NULL AUTO_INCREMENT COMMENT 'The primary identifier for a node.',
  vid int(10) unsigned DEFAULT NULL COMMENT 'The current node_revision.vid version identifier.',
  type varchar(32) NOT NULL DEFAULT '' COMMENT 'The node_type.type of this node.',
  language varchar(12) NOT NULL DEFAULT '' COMMENT 'The languages.language of this node.',
  title varchar(255) NOT NULL DEFAULT '' COMMENT 'The title of this node, always treated as non-markup plain text.',
  uid int(11) NOT NULL DEFAULT 0 COMMENT 'The users.uid that owns this node.',
  status int(11) NOT NULL DEFAULT 1 COMMENT 'Boolean indicating whether the node is published.',
  created int(11) NOT NULL DEFAULT 0, changed int(11) NOT NULL DEFAULT 0,
  comment int(11) NOT NULL DEFAULT 0, promote int(11) NOT NULL DEFAULT 0,
  sticky int(11) NOT NULL DEFAULT 0, tnid int(10) unsigned NOT NULL DEFAULT 0,
  translate int(11) NOT NULL DEFAULT 0,
  PRIMARY KEY (nid), UNIQUE KEY vid (vid),
  KEY node_changed (changed), KEY node_created (created),
  KEY node_frontpage (promote, status, sticky, created),
  KEY node_status_type (status, type, nid),
  KEY node_title_type (title(191), type(4)), KEY node_type (type(4)),
  KEY uid (uid), KEY tnid (tnid), KEY translate (translate), KEY language (language)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COMMENT='The base table for nodes.';
CREATE TABLE node_revision (
  nid int(10) unsigned NOT NULL DEFAULT 0, vid int(10) unsigned NOT NULL AUTO_INCREMENT,
  uid int(11) NOT NULL DEFAULT 0, title varchar(255) NOT NULL DEFAULT '', log longtext NOT NULL,
  timestamp int(11) NOT NULL DEFAULT 0, status int(11) NOT NULL DEFAULT 1,
  comment int(11) NOT NULL DEFAULT 0, promote int(11) NOT NULL DEFAULT 0, sticky int(11) NOT NULL DEFAULT 0,
  PRIMARY KEY (vid), KEY nid (nid), KEY uid (uid)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COMMENT='Stores information about each saved version of a node.';
CREATE TABLE field_data_body (
  entity_type varchar(128) NOT NULL DEFAULT '' COMMENT 'The entity type this data is attached to',
  bundle varchar(128) NOT NULL DEFAULT '', deleted tinyint(4) NOT NULL DEFAULT 0,
  entity_id int(10) unsigned NOT NULL, revision_id int(10) unsigned DEFAULT NULL,
  language varchar(32) NOT NULL DEFAULT '', delta int(10) unsigned NOT NULL,
  body_value longtext DEFAULT NULL, body_summary longtext DEFAULT NULL, body_format varchar(255) DEFAULT NULL,
  PRIMARY KEY (entity_type, entity_id, deleted, delta, language),
  KEY entity_type (entity_type), KEY bundle (bundle), KEY deleted (deleted), KEY entity_id (entity_id),
  KEY revision_id (revision_id), KEY language (language), KEY body_format (body_format(191))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COMMENT='Data storage for field 2 (body)';
CREATE TABLE field_revision_body LIKE field_data_body;
CREATE TABLE cache_bootstrap (
  cid varchar(255) NOT NULL DEFAULT '' COMMENT 'Primary Key: Unique cache ID.',
  data longblob DEFAULT NULL COMMENT 'A collection of data to cache.',
  expire int(11) NOT NULL DEFAULT 0, created int(11) NOT NULL DEFAULT 0,
  serialized smallint(6) NOT NULL DEFAULT 0,
  PRIMARY KEY (cid), KEY expire (expire)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COMMENT='Cache table for data required to bootstrap Drupal, may be...';
CREATE TABLE cache_menu LIKE cache_bootstrap;
CREATE TABLE variable (name varchar(128) NOT NULL DEFAULT '', value longblob NOT NULL, PRIMARY KEY (name)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
CREATE TABLE sessions (
  uid int(10) unsigned NOT NULL, sid varchar(128) NOT NULL, ssid varchar(128) NOT NULL DEFAULT '',
  hostname varchar(128) NOT NULL DEFAULT '', timestamp int(11) NOT NULL DEFAULT 0, cache int(11) NOT NULL DEFAULT 0,
  session longblob DEFAULT NULL, PRIMARY KEY (sid, ssid), KEY timestamp (timestamp), KEY uid (uid), KEY ssid (ssid)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
CREATE TABLE search_index (
  word varchar(50) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin NOT NULL DEFAULT '', sid int(10) unsigned NOT NULL DEFAULT 0,
  type varchar(16) NOT NULL, score float DEFAULT NULL, PRIMARY KEY (word, sid, type), KEY sid_type (sid, type)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb3;
CREATE TABLE watchdog (
  wid int(11) NOT NULL AUTO_INCREMENT, uid int(11) NOT NULL DEFAULT 0, type varchar(64) NOT NULL DEFAULT '',
  message longtext NOT NULL, variables longblob NOT NULL, severity tinyint(3) unsigned NOT NULL DEFAULT 0,
  link varchar(255) DEFAULT '', location text NOT NULL, referer text DEFAULT NULL, hostname varchar(128) NOT NULL DEFAULT '',
  timestamp int(11) NOT NULL DEFAULT 0, PRIMARY KEY (wid), KEY type (type), KEY uid (uid), KEY severity (severity)
) ENGINE=InnoDB AUTO_INCREMENT=70000 DEFAULT CHARSET=latin1;
-- What many still have from Drupal 4.
CREATE TABLE sequences (value int(10) unsigned NOT NULL AUTO_INCREMENT, PRIMARY KEY (value)) ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb3;

INSERT INTO users (uid, name) VALUES (0, '');
INSERT INTO users SELECT seq, CONCAT('user ', seq), '$S$Dhash', CONCAT('u', seq, '@example.org'), '', '', NULL, 1500000000 + seq, 0, 0, 1, 'Europe/Berlin', 'de', 0, '', 'b:0;' FROM seq_1_to_30;
INSERT INTO node SELECT seq, seq, ELT(1 + seq % 2, 'page', 'article'), 'und', CONCAT('Knoten ', seq, ' „ä“'), seq % 30, 1, 1500000000 + seq, 1500000000 + seq, 0, 1, 0, 0, 0 FROM seq_1_to_200;
INSERT INTO node_revision SELECT seq, seq, seq % 30, CONCAT('Knoten ', seq), '', 1500000000 + seq, 1, 0, 1, 0 FROM seq_1_to_200;
INSERT INTO field_data_body SELECT 'node', 'page', 0, seq, seq, 'und', 0, CONCAT('<p>', REPEAT('Wörter; "und" \\ \'mehr\'\n', seq), '</p>'), '', 'filtered_html' FROM seq_1_to_200;
INSERT INTO field_revision_body SELECT * FROM field_data_body;
INSERT INTO cache_bootstrap SELECT CONCAT('c:', seq), COMPRESS(REPEAT(CHAR(seq), seq * 10)), 0, 1500000000, 1 FROM seq_1_to_255;
INSERT INTO cache_menu VALUES ('all bytes', UNHEX((SELECT GROUP_CONCAT(LPAD(HEX(seq), 2, '0') ORDER BY seq SEPARATOR '') FROM seq_0_to_255)), 0, 0, 0), ('none', NULL, 0, 0, 0), ('empty', '', -1, 0, 0);
INSERT INTO variable VALUES ('site_name', 's:4:"Site";'), ('css_js_query_string', 0x733a363a226e316838767a223b);
INSERT INTO sessions SELECT seq, MD5(seq), '', '127.0.0.1', 1500000000, 0, CONCAT('batches|a:1:{i:', seq, ';b:1;}') FROM seq_1_to_20;
INSERT INTO search_index VALUES ('straße', 1, 'node', 1.5), ('Straße', 1, 'node', 0.25), ('strasse', 1, 'node', 3e-5);
INSERT INTO watchdog (type, message, variables, location) VALUES ('php', '%type: !message in %function (line %line of %file).', 0x613a303a7b7d00ff, 'https://example.org/?q=admin');
