"""Scrapy's spiders: one, for all sources."""
