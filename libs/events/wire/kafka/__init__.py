"""The wire in Kafka: topics that are checked, a sender that keeps order, readers whose marks lie in databases."""
