-- Adminer 4.8.1 MySQL 5.5.5-10.6.16-MariaDB dump

SET NAMES utf8;
SET time_zone = '+00:00';
SET foreign_key_checks = 0;
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';

DELIMITER ;;

DROP PROCEDURE IF EXISTS `note_it`;;
CREATE PROCEDURE `note_it`(IN `what` varchar(50))
BEGIN
  INSERT INTO notes (body) VALUES (what);
END;;

DROP EVENT IF EXISTS `hourly`;;
CREATE EVENT `hourly` ON SCHEDULE EVERY 1 HOUR STARTS '2035-01-01 00:00:00' ON COMPLETION NOT PRESERVE ENABLE COMMENT '' DO CALL note_it('tick');;

DELIMITER ;

SET NAMES utf8mb4;

CREATE DATABASE `shop` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci */;
USE `shop`;

DROP TABLE IF EXISTS `notes`;
CREATE TABLE `notes` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `body` text NOT NULL,
  `author` int(11) DEFAULT NULL,
  `file` blob DEFAULT NULL,
  `hash` varbinary(8) DEFAULT NULL,
  `bits` bit(4) DEFAULT NULL,
  `at` point DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `author` (`author`),
  CONSTRAINT `notes_ibfk_1` FOREIGN KEY (`author`) REFERENCES `people` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='n''otes';

TRUNCATE `notes`;
INSERT INTO `notes` (`id`, `body`, `author`, `file`, `hash`, `bits`, `at`) VALUES
(1,	'tabs	and\nnewlines; \\',	1,	NULL,	UNHEX('00FF10'),	CONV('101', 2, 10) + 0,	GeomFromText('POINT(1 2.5)')),
(2,	'it''s',	NULL,	'x',	NULL,	NULL,	NULL),
(3,	'',	1,	'',	UNHEX(''),	CONV('0', 2, 10) + 0,	ST_GeomFromText('POINT(0 0)', 4326));

DELIMITER ;;

CREATE TRIGGER `notes_bu` BEFORE UPDATE ON `notes` FOR EACH ROW
SET NEW.body = TRIM(NEW.body);;

DELIMITER ;

DROP TABLE IF EXISTS `people`;
CREATE TABLE `people` (
  `id` int(11) NOT NULL,
  `name` varchar(100) CHARACTER SET latin2 NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

TRUNCATE `people`;
INSERT INTO `people` (`id`, `name`) VALUES
(1,	'Łukasz');

DROP VIEW IF EXISTS `signed`;
CREATE TABLE `signed` (`body` text, `name` varchar(100));


DROP TABLE IF EXISTS `signed`;
CREATE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `signed` AS select `n`.`body` AS `body`,`p`.`name` AS `name` from (`notes` `n` join `people` `p` on(`p`.`id` = `n`.`author`));

-- 2024-02-03 10:11:12
