"""代表联系服务群众日 from the rule to the report (domain E5). Time moves a day in `following`, people elsewhere."""
