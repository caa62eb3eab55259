-- phpMyAdmin SQL Dump
-- version 5.2.1
-- https://www.phpmyadmin.net/
--
-- Host: localhost:3306
-- Generation Time: Feb 03, 2024 at 10:11 AM
-- Server version: 10.6.16-MariaDB
-- PHP Version: 8.2.15

SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";
SET AUTOCOMMIT = 0;
START TRANSACTION;
SET time_zone = "+00:00";


/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;

--
-- Database: `shop`
--
CREATE DATABASE IF NOT EXISTS `shop` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
USE `shop`;

DELIMITER $$
--
-- Procedures
--
DROP PROCEDURE IF EXISTS `raise_prices`$$
CREATE DEFINER=`site`@`localhost` PROCEDURE `raise_prices` (IN `by_percent` INT)   BEGIN
  UPDATE items SET price = price * (1 + by_percent / 100);
END$$

--
-- Functions
--
DROP FUNCTION IF EXISTS `nice`$$
CREATE DEFINER=`site`@`localhost` FUNCTION `nice` (`n` DECIMAL(10,2)) RETURNS VARCHAR(20) CHARSET utf8mb4 COLLATE utf8mb4_general_ci DETERMINISTIC RETURN CONCAT('$ ', n)$$

DELIMITER ;

-- --------------------------------------------------------

--
-- Table structure for table `items`
--

DROP TABLE IF EXISTS `items`;
CREATE TABLE IF NOT EXISTS `items` (
  `id` int(10) UNSIGNED NOT NULL,
  `group_id` int(11) DEFAULT NULL,
  `name` varchar(255) NOT NULL COMMENT 'what it''s called; "short"',
  `price` decimal(10,2) NOT NULL DEFAULT 0.00,
  `picture` blob DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

--
-- RELATIONSHIPS FOR TABLE `items`:
--   `group_id`
--       `item_groups` -> `id`
--

--
-- Truncate table before insert `items`
--

TRUNCATE TABLE `items`;
--
-- Dumping data for table `items`
--

INSERT INTO `items` (`id`, `group_id`, `name`, `price`, `picture`) VALUES
(1, 1, 'Cup; white', 2.50, 0x89504e470d0a1a0a00),
(2, NULL, 'It\'s \"nice\" -- really\r\n# no comment', 0.00, ''),
(9, 1, 'Tee 茶', 3.20, NULL);

--
-- Triggers `items`
--
DROP TRIGGER IF EXISTS `no_free_items`;
DELIMITER $$
CREATE TRIGGER `no_free_items` BEFORE INSERT ON `items` FOR EACH ROW BEGIN
  IF NEW.price = 0 THEN SET NEW.price = 0.01; END IF;
END
$$
DELIMITER ;

-- --------------------------------------------------------

--
-- Table structure for table `item_groups`
--

DROP TABLE IF EXISTS `item_groups`;
CREATE TABLE IF NOT EXISTS `item_groups` (
  `id` int(11) NOT NULL,
  `title` varchar(50) CHARACTER SET latin1 COLLATE latin1_german1_ci NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

INSERT INTO `item_groups` (`id`, `title`) VALUES
(1, 'Küche');

-- --------------------------------------------------------

--
-- Stand-in structure for view `priced`
-- (See below for the actual view)
--
DROP VIEW IF EXISTS `priced`;
CREATE TABLE IF NOT EXISTS `priced` (
`id` int(10) unsigned
,`shown` varchar(20)
);

-- --------------------------------------------------------

--
-- Structure for view `priced`
--
DROP TABLE IF EXISTS `priced`;

DROP VIEW IF EXISTS `priced`;
CREATE ALGORITHM=UNDEFINED DEFINER=`site`@`localhost` SQL SECURITY DEFINER VIEW `priced`  AS SELECT `i`.`id` AS `id`, `nice`(`i`.`price`) AS `shown` FROM (`items` `i` left join `item_groups` `g` on(`g`.`id` = `i`.`group_id`)) ;

--
-- Indexes for dumped tables
--

--
-- Indexes for table `items`
--
ALTER TABLE `items`
  ADD PRIMARY KEY (`id`),
  ADD UNIQUE KEY `name` (`name`(190)),
  ADD KEY `group_id` (`group_id`);
ALTER TABLE `items` ADD FULLTEXT KEY `words` (`name`);

--
-- Indexes for table `item_groups`
--
ALTER TABLE `item_groups`
  ADD PRIMARY KEY (`id`);

--
-- AUTO_INCREMENT for dumped tables
--

--
-- AUTO_INCREMENT for table `items`
--
ALTER TABLE `items`
  MODIFY `id` int(10) UNSIGNED NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=10;

--
-- AUTO_INCREMENT for table `item_groups`
--
ALTER TABLE `item_groups`
  MODIFY `id` int(11) NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=2;

--
-- Constraints for dumped tables
--

--
-- Constraints for table `items`
--
ALTER TABLE `items`
  ADD CONSTRAINT `items_ibfk_1` FOREIGN KEY (`group_id`) REFERENCES `item_groups` (`id`) ON DELETE SET NULL;

DELIMITER $$
--
-- Events
--
DROP EVENT IF EXISTS `nightly`$$
CREATE DEFINER=`site`@`localhost` EVENT `nightly` ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 03:00:00' ON COMPLETION PRESERVE ENABLE DO CALL raise_prices(0)$$

DELIMITER ;
SET FOREIGN_KEY_CHECKS=1;
COMMIT;

/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
