-- Tables of Drupal 10 core, for mariadb(1).
SET NAMES utf8mb4;
SET sql_mode = 'ANSI,TRADITIONAL';
CREATE TABLE "users" (
  "uid" int(10) unsigned NOT NULL AUTO_INCREMENT,
  "uuid" varchar(128) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  "langcode" varchar(12) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  PRIMARY KEY ("uid"), UNIQUE KEY "user_field__uuid__value" ("uuid")
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='The base table for user entities.';
CREATE TABLE "users_field_data" (
  "uid" int(10) unsigned NOT NULL,
  "langcode" varchar(12) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  "preferred_langcode" varchar(12) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  "name" varchar(60) NOT NULL, "pass" varchar(255) DEFAULT NULL, "mail" varchar(254) DEFAULT NULL,
  "status" tinyint(4) DEFAULT NULL, "created" int(11) NOT NULL, "changed" int(11) DEFAULT NULL,
  "default_langcode" tinyint(4) NOT NULL,
  PRIMARY KEY ("uid", "langcode"), UNIQUE KEY "user__name" ("name", "langcode"),
  KEY "user_field__mail" ("mail"(191))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE "node" (
  "nid" int(10) unsigned NOT NULL AUTO_INCREMENT, "vid" int(10) unsigned DEFAULT NULL,
  "type" varchar(32) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL COMMENT 'The ID of the target entity.',
  "uuid" varchar(128) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  "langcode" varchar(12) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  PRIMARY KEY ("nid"), UNIQUE KEY "node_field__uuid__value" ("uuid"), UNIQUE KEY "node__vid" ("vid"),
  KEY "node_field__type__target_id" ("type")
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE "node__body" (
  "bundle" varchar(128) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL DEFAULT '',
  "deleted" tinyint(4) NOT NULL DEFAULT 0, "entity_id" int(10) unsigned NOT NULL, "revision_id" int(10) unsigned NOT NULL,
  "langcode" varchar(32) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL DEFAULT '', "delta" int(10) unsigned NOT NULL,
  "body_value" longtext NOT NULL, "body_summary" longtext DEFAULT NULL,
  "body_format" varchar(255) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  PRIMARY KEY ("entity_id", "deleted", "delta", "langcode"), KEY "bundle" ("bundle"), KEY "revision_id" ("revision_id")
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='Data storage for node field body.';
CREATE TABLE "cache_render" (
  "cid" varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', "data" longblob DEFAULT NULL,
  "expire" bigint(20) NOT NULL DEFAULT 0, "created" decimal(14,3) NOT NULL DEFAULT 0.000, "serialized" smallint(6) NOT NULL DEFAULT 0,
  "tags" longtext DEFAULT NULL, "checksum" varchar(255) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  PRIMARY KEY ("cid"), KEY "expire" ("expire"), KEY "created" ("created")
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='Storage for the cache API.';
CREATE TABLE "config" (
  "collection" varchar(255) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL DEFAULT '',
  "name" varchar(255) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL DEFAULT '', "data" longblob DEFAULT NULL,
  PRIMARY KEY ("collection", "name")
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE "key_value" (
  "collection" varchar(128) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL DEFAULT '',
  "name" varchar(128) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL DEFAULT '', "value" longblob NOT NULL,
  PRIMARY KEY ("collection", "name")
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE "semaphore" (
  "name" varchar(255) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL DEFAULT '', "value" varchar(255) NOT NULL DEFAULT '',
  "expire" double NOT NULL, PRIMARY KEY ("name"), KEY "expire" ("expire")
) ENGINE=MEMORY DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO users SELECT seq, CONCAT('0b8e0a4e-0000-4000-8000-', LPAD(seq, 12, '0')), 'en' FROM seq_1_to_20;
INSERT INTO users_field_data SELECT seq, 'en', NULL, CONCAT('user ', seq), '$2y$10$x', NULL, 1, 1700000000, NULL, 1 FROM seq_1_to_20;
INSERT INTO node SELECT seq, seq, 'page', CONCAT('1b8e0a4e-0000-4000-8000-', LPAD(seq, 12, '0')), 'en' FROM seq_1_to_150;
INSERT INTO node__body SELECT 'page', 0, seq, seq, 'en', 0, REPEAT(CONCAT('<p data-x="', seq, '">''Text''; \\</p>', CHAR(13), CHAR(10)), seq), NULL, 'basic_html' FROM seq_1_to_150;
INSERT INTO cache_render SELECT CONCAT('view:', seq), UNHEX(REPEAT(SHA2(seq, 512), 20)), -1, 1700000000.123, 1, 'node:1 rendered', '7' FROM seq_1_to_150;
INSERT INTO config VALUES ('', 'system.site', 'a:2:{s:4:"name";s:5:"Läden";s:4:"slogan";s:0:"";}'), ('language.de', 'system.site', '');
INSERT INTO key_value VALUES ('state', 'system.cron_last', 'i:1700000000;');
INSERT INTO semaphore VALUES ('cron', 'abc', 1700000000.25);
