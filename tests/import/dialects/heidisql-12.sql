-- --------------------------------------------------------
-- Host:                         127.0.0.1
-- Server version:               10.6.16-MariaDB - mariadb.org binary distribution
-- Server OS:                    Win64
-- HeidiSQL Version:             12.6.0.6765
-- --------------------------------------------------------

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8 */;
/*!50503 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;


-- Dumping database structure for shop
DROP DATABASE IF EXISTS `shop`;
CREATE DATABASE IF NOT EXISTS `shop` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci */ /*!80016 DEFAULT ENCRYPTION='N' */;
USE `shop`;

-- Dumping structure for function shop.twice
DROP FUNCTION IF EXISTS `twice`;
DELIMITER //
CREATE FUNCTION `twice`(`n` INT
) RETURNS int(11)
    DETERMINISTIC
    COMMENT 'doubles; simply'
BEGIN
	RETURN n * 2;
END//
DELIMITER ;

-- Dumping structure for view shop.doubled
DROP VIEW IF EXISTS `doubled`;
-- Creating temporary table to overcome VIEW dependency errors
CREATE TABLE `doubled` (
	`id` INT(11) NOT NULL,
	`label` VARCHAR(1) NULL COLLATE 'utf8mb4_general_ci',
	`n` INT(11) NULL
) ENGINE=MyISAM;

-- Dumping structure for table shop.things
DROP TABLE IF EXISTS `things`;
CREATE TABLE IF NOT EXISTS `things` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `label` varchar(50) COLLATE utf8mb4_general_ci DEFAULT NULL,
  `data` longblob DEFAULT NULL,
  `kind` set('a','b','c;d') NOT NULL DEFAULT '',
  PRIMARY KEY (`id`) USING BTREE
) ENGINE=InnoDB AUTO_INCREMENT=8 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

-- Dumping data for table shop.things: ~3 rows (approximately)
DELETE FROM `things`;
/*!40000 ALTER TABLE `things` DISABLE KEYS */;
INSERT INTO `things` (`id`, `label`, `data`, `kind`) VALUES
	(1, 'one; two', _binary 0x00ff27, 'a,c;d'),
	(2, 'O\'Neill -- "x"', NULL, ''),
	(7, NULL, _binary '', 'b');
/*!40000 ALTER TABLE `things` ENABLE KEYS */;

-- Dumping structure for trigger shop.things_before_insert
DROP TRIGGER IF EXISTS `things_before_insert`;
SET @OLDTMP_SQL_MODE=@@SQL_MODE, SQL_MODE='STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
DELIMITER //
CREATE TRIGGER `things_before_insert` BEFORE INSERT ON `things` FOR EACH ROW BEGIN
	SET NEW.label = IFNULL(NEW.label, 'none');
END//
DELIMITER ;
SET SQL_MODE=@OLDTMP_SQL_MODE;

-- Dumping structure for event shop.weekly
DROP EVENT IF EXISTS `weekly`;
DELIMITER //
CREATE EVENT `weekly` ON SCHEDULE EVERY 1 WEEK STARTS '2035-01-01 00:00:00' ON COMPLETION NOT PRESERVE DISABLE DO BEGIN
	DELETE FROM things WHERE id < 0;
END//
DELIMITER ;

-- Dumping structure for view shop.doubled
DROP VIEW IF EXISTS `doubled`;
-- Removing temporary table and create final VIEW structure
DROP TABLE IF EXISTS `doubled`;
CREATE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `doubled` AS select `things`.`id` AS `id`,`things`.`label` AS `label`,`twice`(`things`.`id`) AS `n` from `things`;

/*!40103 SET TIME_ZONE=IFNULL(@OLD_TIME_ZONE, 'system') */;
/*!40101 SET SQL_MODE=IFNULL(@OLD_SQL_MODE, '') */;
/*!40014 SET FOREIGN_KEY_CHECKS=IFNULL(@OLD_FOREIGN_KEY_CHECKS, 1) */;
/*!40014 SET FOREIGN_KEY_CHECKS=IF(@OLD_FOREIGN_KEY_CHECKS IS NULL, 1, @OLD_FOREIGN_KEY_CHECKS) */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40111 SET SQL_NOTES=IFNULL(@OLD_SQL_NOTES, 1) */;
