import{parseConfig,parseSettings,parseSettingsFile}from"./chunk-ZH7ELCQK.mjs";import"./chunk-5SPJH4MC.mjs";export{parseConfig,parseSettings,parseSettingsFile};
